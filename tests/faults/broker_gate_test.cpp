// The bytes that a broker reads which closes at poisoned messages.

#include "broker_gate.h"

#include <gtest/gtest.h>

namespace bridge::test {
namespace {

class BrokerGateTest : public ::testing::Test {
 protected:
  static std::string publish(const MessageName& name) {
    PacketWriter writer;
    writer.text(topic_of(name)).two_bytes(7).byte(0).raw(payload_of(name));
    return writer.packet(PacketType::publish, 2);
  }

  const std::string good_ = publish({0, 0});
  const std::string poisoned_ = publish({writer_numbers::poisoned, 0});
  BrokerGate gate_;
};

TEST_F(BrokerGateTest, AdmitsWhatIsNotPoisoned) {
  EXPECT_EQ(gate_.admit(0, good_), good_.size());
  EXPECT_EQ(gate_.closings(), 0U);
}

TEST_F(BrokerGateTest, StopsBeforeThePoisonedMessage) {
  EXPECT_EQ(gate_.admit(0, good_ + poisoned_ + good_), good_.size());
  EXPECT_EQ(gate_.admit(1, poisoned_), 0U);
  EXPECT_EQ(gate_.closings(), 2U);
  EXPECT_EQ(gate_.most_closings_at_one(), 2U);
}

TEST_F(BrokerGateTest, APoisonedMessageIsKnownWhenItsLastByteComes) {
  const std::string all = good_ + poisoned_;
  std::size_t admitted = 0;
  for (const char byte : all) admitted += gate_.admit(0, {&byte, 1});
  EXPECT_EQ(admitted, all.size() - 1);
  EXPECT_EQ(gate_.closings(), 1U);
}

TEST_F(BrokerGateTest, OfATaintedTopicOnlySomeMessagesAre) {
  std::size_t stopped = 0;
  for (std::size_t number = 0; number < 100; ++number) {
    const std::string packet = publish({writer_numbers::tainted, number});
    if (gate_.admit(number, packet) < packet.size()) ++stopped;
  }
  EXPECT_EQ(stopped, 4U);
}

}  // namespace
}  // namespace bridge::test
