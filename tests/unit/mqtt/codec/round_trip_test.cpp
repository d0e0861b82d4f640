#include <gtest/gtest.h>

#include <map>

#include "codec_bytes.h"
#include "random_packet.h"

namespace bridge::mqtt {
namespace {

constexpr unsigned seeds = 4000;

TEST(RoundTripTest, GivesEachPacketBackInBothVersions) {
  std::map<std::size_t, int> seen;
  for (unsigned seed = 0; seed < seeds; ++seed)
    for (const Version version : both_versions) {
      RandomPacket random(seed);
      const Packet packet = random.next(version);
      const std::string whole = encoded(packet, version);
      ASSERT_EQ(fault_of(whole, version), 0) << "seed " << seed;
      ASSERT_TRUE(decoded(whole, version) == packet) << "seed " << seed;
      ++seen[packet.index()];
    }
  EXPECT_EQ(seen.size(), std::variant_size_v<Packet>) << "a kind of packet was never tried";
}

TEST(RoundTripTest, IsTornByEachCut) {
  for (unsigned seed = 0; seed < seeds / 8; ++seed)
    for (const Version version : both_versions) {
      RandomPacket random(seed);
      const Packet packet = random.next(version);
      const std::string whole = encoded(packet, version);
      if (whole.size() > 300) continue;
      const std::size_t header_size = read_frame(whole, whole.size())->header_size;
      for (std::size_t size = header_size; size < whole.size(); ++size) {
        // The rest is another packet, or none. It is never read beyond its end: ASan would find that.
        const std::string cut =
            packet_of(static_cast<std::uint8_t>(whole[0]), whole.substr(header_size, size - header_size));
        EXPECT_FALSE(fault_of(cut, version) == 0 && decoded(cut, version) == packet) << "seed " << seed;
      }
    }
}

TEST(RoundTripTest, NeverAcceptsATrailingByteBehindAPacketThatHasAnEnd) {
  for (unsigned seed = 0; seed < seeds / 8; ++seed)
    for (const Version version : both_versions) {
      RandomPacket random(seed);
      const Packet packet = random.next(version);
      const std::string whole = encoded(packet, version);
      const std::size_t header_size = read_frame(whole, whole.size())->header_size;
      const std::string longer =
          packet_of(static_cast<std::uint8_t>(whole[0]), whole.substr(header_size) + '\x7F');
      EXPECT_TRUE(fault_of(longer, version) != 0 || std::holds_alternative<Publish>(packet))
          << "seed " << seed;
    }
}

}  // namespace
}  // namespace bridge::mqtt
