#include "output_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace bridge::mqtt {
namespace {

std::unique_ptr<Outgoing> message_of(std::size_t payload_size, char fill) {
  auto outgoing = std::make_unique<Outgoing>();
  outgoing->message.topic_name = "t";
  outgoing->message.payload.assign(payload_size, fill);
  return outgoing;
}

std::string joined(OutputQueue& output) {
  std::string bytes;
  for (const std::string_view part : output.parts()) bytes.append(part);
  return bytes;
}

TEST(OutputQueueTest, RefersToLargePayloadsAndCopiesSmallOnes) {
  const auto small = message_of(OutputQueue::largest_copied_payload, 's');
  const auto large = message_of(OutputQueue::largest_copied_payload + 1, 'l');
  OutputQueue output;
  output.begin(Version::v5);
  output.add_publish(*small, {});
  output.add_publish(*large, {});
  output.add_publish(*small, {});
  const auto parts = output.parts();
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[1].data(), large->message.payload.data());
  EXPECT_EQ(parts[1].size(), large->message.payload.size());
}

TEST(OutputQueueTest, WritesTheSameBytesInWhateverPiecesTheyGo) {
  std::vector<std::unique_ptr<Outgoing>> messages;
  const std::size_t sizes[] = {0, 10, 5000, 5000, 1, 70000, 3};
  const auto fill = [&](OutputQueue& output) {
    output.begin(Version::v5);
    for (const auto& message : messages) {
      output.add_publish(*message, {});
      output.add_acknowledgement(PacketType::puback, 7, 0, OutputQueue::Kind::answer);
    }
  };
  char letter = 'a';
  for (const std::size_t size : sizes) messages.push_back(message_of(size, letter++));
  OutputQueue whole;
  fill(whole);
  const std::string expected = joined(whole);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{4999}, std::size_t{5000},
                                  std::size_t{66000}, expected.size()}) {
    OutputQueue output;
    fill(output);
    std::string written;
    std::size_t ended = 0;
    OutputQueue::Queued packet;
    for (auto parts = output.parts(); !parts.empty(); parts = output.parts()) {
      const std::string_view some = parts[0].substr(0, piece);
      written.append(some);
      output.written(some.size());
      while (output.pop_written(packet)) {
        ++ended;
        EXPECT_LE(packet.end, written.size());
      }
    }
    EXPECT_EQ(written, expected);
    EXPECT_EQ(ended, 2 * messages.size());
    EXPECT_EQ(output.answers(), 0U);
    EXPECT_TRUE(output.empty());
  }
}

TEST(OutputQueueTest, KeepsTheBufferSmallIfItNeverRunsDry) {
  const auto small = message_of(1000, 's');
  const auto large = message_of(5000, 'l');
  OutputQueue output;
  output.begin(Version::v5);
  output.add_publish(*small, {});
  std::size_t largest_part = 0;
  OutputQueue::Queued packet;
  for (int i = 0; i < 2000; ++i) {
    output.add_publish(i % 7 == 0 ? *large : *small, {});
    for (const std::string_view part : output.parts()) largest_part = std::max(largest_part, part.size());
    output.written(static_cast<std::size_t>(output.packets().front().end - output.written()));
    EXPECT_TRUE(output.pop_written(packet));
    EXPECT_EQ(output.waiting(), joined(output).size());
  }
  EXPECT_LT(largest_part, 10000U);
}

TEST(OutputQueueTest, KnowsWhatWaitsBehindThePacketThatGoesOut) {
  const auto large = message_of(100000, 'l');
  const auto small = message_of(10, 's');
  OutputQueue output;
  output.begin(Version::v5);
  const std::uint64_t first = output.add_publish(*large, {});
  EXPECT_EQ(output.waiting(), first);
  EXPECT_FALSE(output.has_begun_first());
  output.written(1);
  EXPECT_TRUE(output.has_begun_first());
  EXPECT_EQ(output.waiting(), 0U);
  const std::uint64_t second = output.add_publish(*small, {});
  EXPECT_EQ(output.waiting(), second - first);
}

TEST(OutputQueueTest, CutsWhatWasNotWrittenAndSaysWhyBetweenPackets) {
  const auto small = message_of(10, 's');
  OutputQueue output;
  output.begin(Version::v5);
  const std::uint64_t first = output.add_publish(*small, {});
  output.add_publish(*small, {});
  output.written(static_cast<std::size_t>(first));
  OutputQueue::Queued packet;
  EXPECT_TRUE(output.pop_written(packet));
  output.cut(0x82);
  EXPECT_EQ(joined(output), std::string("\xE0\x01\x82"));
  EXPECT_EQ(output.add(Pingreq{}), OutputQueue::never);
  output.written(1);
  EXPECT_EQ(joined(output), std::string("\x01\x82"));
  output.written(2);
  EXPECT_TRUE(output.parts().empty());
  EXPECT_EQ(output.packets().size(), 1U) << "it can still be told as unsent";
  EXPECT_EQ(output.written(), first);
}

TEST(OutputQueueTest, SaysNothingInTheMidstOfAPacket) {
  const auto small = message_of(10, 's');
  OutputQueue output;
  output.begin(Version::v5);
  output.add_publish(*small, {});
  output.written(1);
  output.cut(0x82);
  EXPECT_TRUE(output.parts().empty());
}

TEST(OutputQueueTest, RefersNoMoreToAMessageThatWasDetached) {
  auto large = message_of(9000, 'l');
  OutputQueue output;
  output.begin(Version::v5);
  output.add_publish(*large, {});
  const std::string expected = joined(output).substr(4000);
  output.written(4000);
  output.detach(*large);
  large.reset();
  EXPECT_EQ(joined(output), expected);
  output.written(expected.size());
  OutputQueue::Queued packet;
  EXPECT_TRUE(output.pop_written(packet));
  EXPECT_EQ(packet.message, nullptr);
}

}  // namespace
}  // namespace bridge::mqtt
