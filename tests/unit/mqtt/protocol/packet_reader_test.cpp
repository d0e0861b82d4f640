#include "packet_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mqtt/codec/encode.h"

namespace bridge::mqtt {
namespace {

std::string packets() {
  std::string bytes;
  encode(bytes, Pingresp{}, Version::v5);
  encode(bytes, Publish{false, QoS::at_most_once, false, "t", 0, {}, std::string_view("payload")},
         Version::v5);
  const std::string large(300, 'x');
  encode(bytes, Publish{false, QoS::at_most_once, false, "t", 0, {}, large}, Version::v5);
  encode(bytes, Acknowledgement{PacketType::puback, 1, 0, {}}, Version::v5);
  return bytes;
}

TEST(PacketReaderTest, ReadsTheSameInWhateverPiecesItComes) {
  const std::string bytes = packets();
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    PacketReader reader(1000);
    std::string read;
    std::vector<PacketType> types;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      std::string_view some = std::string_view(bytes).substr(at, piece);
      while (const auto arrived = reader.next(some)) {
        read.append(arrived->bytes);
        types.push_back(arrived->frame.type());
      }
      EXPECT_TRUE(some.empty());
    }
    EXPECT_EQ(read, bytes) << piece;
    EXPECT_EQ(types, (std::vector<PacketType>{PacketType::pingresp, PacketType::publish, PacketType::publish,
                                              PacketType::puback}));
  }
}

TEST(PacketReaderTest, CopiesNoPacketThatLiesInOnePiece) {
  const std::string bytes = packets();
  PacketReader reader(1000);
  std::string_view rest = bytes;
  while (const auto arrived = reader.next(rest)) {
    EXPECT_GE(arrived->bytes.data(), bytes.data());
    EXPECT_LE(arrived->bytes.data() + arrived->bytes.size(), bytes.data() + bytes.size());
  }
}

TEST(PacketReaderTest, ReadsNoLargerPacketsThanItMay) {
  PacketReader reader(100);
  std::string_view announced("\x30\x63", 2);
  try {
    reader.next(announced);
    FAIL() << "101 bytes are announced";
  } catch (const PacketFault& fault) {
    EXPECT_EQ(fault.reason_code(), 0x95);
  }
  reader.reset();
  std::string_view fits("\x30\x62", 2);
  EXPECT_FALSE(reader.next(fits));
}

}  // namespace
}  // namespace bridge::mqtt
