#include <gtest/gtest.h>

#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

int frame_fault_of(const std::string& whole, std::size_t maximum = no_limit) {
  try {
    read_frame(whole, maximum);
    return 0;
  } catch (const PacketFault& fault) {
    return fault.reason_code();
  }
}

TEST(FrameTest, IsKnownFromTheFixedHeaderAlone) {
  const auto frame = read_frame(bytes("32 80 01 00"), no_limit);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->type(), PacketType::publish);
  EXPECT_EQ(frame->header_size, 3u);
  EXPECT_EQ(frame->remaining_length, 128u);
  EXPECT_EQ(frame->size(), 131u);
}

TEST(FrameTest, AsksForMoreUntilItsLengthIsKnown) {
  for (const char* part : {"", "30", "30 80", "30 80 80", "30 80 80 80"})
    EXPECT_FALSE(read_frame(bytes(part), no_limit)) << part;
}

TEST(FrameTest, AllowsTheFlagsOf213AndNoOthers) {
  for (unsigned first = 0; first < 256; ++first) {
    const unsigned type = first >> 4U;
    const unsigned flags = first & 0x0FU;
    const bool qos_3 = (flags & 0x06U) == 0x06U;
    const bool dup_of_qos_0 = (flags & 0x08U) != 0 && (flags & 0x06U) == 0;
    bool allowed = flags == 0;
    if (type == 0) allowed = false;
    if (type == 3) allowed = !qos_3 && !dup_of_qos_0;
    if (type == 6 || type == 8 || type == 10) allowed = flags == 2;
    EXPECT_EQ(frame_fault_of(std::string(1, static_cast<char>(first))), allowed ? 0 : 0x81) << first;
  }
}

TEST(FrameTest, RefusesALengthThatIsNotMinimalOrHasFiveBytes) {
  EXPECT_EQ(frame_fault_of(bytes("30 80 00")), 0x81);
  EXPECT_EQ(frame_fault_of(bytes("30 FF FF FF FF")), 0x81);
}

TEST(FrameTest, RefusesAPacketThatIsTooLargeBeforeItArrives) {
  EXPECT_EQ(frame_fault_of(bytes("30 7E"), 128), 0);
  EXPECT_EQ(frame_fault_of(bytes("30 7F"), 128), 0x95);
  EXPECT_EQ(frame_fault_of(bytes("30 FF FF FF 7F"), 268'435'460), 0);
  EXPECT_EQ(frame_fault_of(bytes("30 FF FF FF 7F"), 268'435'459), 0x95);
}

TEST(FrameTest, NamesThePacketAndTheRule) {
  try {
    read_frame(bytes("36 02"), no_limit);
    FAIL() << "QoS 3";
  } catch (const PacketFault& fault) {
    EXPECT_STREQ(fault.what(), "PUBLISH: its QoS is 3 (3.3.1.2)");
  }
}

std::optional<ShortAcknowledgement> read_short(const std::string& whole, Version version) {
  return read_short_acknowledgement(*read_frame(whole, no_limit), whole, version);
}

TEST(ShortAcknowledgementTest, IsReadInEachOfItsForms) {
  const std::tuple<const char*, PacketType, int, int> forms[] = {
      {"40 02 12 34", PacketType::puback, 0x1234, 0},      {"50 02 00 01", PacketType::pubrec, 1, 0},
      {"62 02 FF FF", PacketType::pubrel, 0xFFFF, 0},      {"70 02 00 01", PacketType::pubcomp, 1, 0},
      {"40 03 00 01 10", PacketType::puback, 1, 0x10},     {"40 04 00 01 87 00", PacketType::puback, 1, 0x87},
      {"70 04 00 01 92 00", PacketType::pubcomp, 1, 0x92},
  };
  for (const auto& [notation, type, identifier, code] : forms) {
    const auto read = read_short(bytes(notation), Version::v5);
    ASSERT_TRUE(read) << notation;
    EXPECT_EQ(read->type, type);
    EXPECT_EQ(read->packet_identifier, identifier);
    EXPECT_EQ(read->reason_code, code);
  }
  EXPECT_TRUE(read_short(bytes("40 02 12 34"), Version::v3_1_1));
}

TEST(ShortAcknowledgementTest, LeavesToDecodeWhatIsLongerOrAnotherPacketOrHasAFault) {
  for (const char* notation : {"40 09 00 01 00 05 1F 00 02 'no'", "20 02 00 00", "40 02 00 00", "40 01 00",
                               "70 03 00 01 10", "62 04 00 01 FF 00", "40 04 00 01 00 01"})
    EXPECT_FALSE(read_short(bytes(notation), Version::v5)) << notation;
  EXPECT_FALSE(read_short(bytes("40 03 00 01 00"), Version::v3_1_1));
}

TEST(ShortAcknowledgementTest, LooksAtNoByteBeyondThoseThatAreThere) {
  const std::string cut = bytes("40 02 00");
  EXPECT_FALSE(read_short(cut, Version::v5));
}

TEST(ShortAcknowledgementTest, SaysWhatDecodeSays) {
  for (const int first : {0x40, 0x50, 0x62, 0x70}) {
    for (unsigned code = 0; code < 256; ++code) {
      for (const std::string_view ending : {"", "00"}) {
        const std::string whole = packet_of(static_cast<std::uint8_t>(first),
                                            bytes("00 07") + static_cast<char>(code) + bytes(ending));
        const auto read = read_short(whole, Version::v5);
        ASSERT_EQ(read.has_value(), fault_of(whole, Version::v5) == 0) << first << " " << code;
        if (!read) continue;
        const auto slowly = decoded_as<Acknowledgement>(whole, Version::v5);
        EXPECT_EQ(read->type, slowly.type);
        EXPECT_EQ(read->packet_identifier, slowly.packet_identifier);
        EXPECT_EQ(read->reason_code, slowly.reason_code);
      }
    }
  }
}

}  // namespace
}  // namespace bridge::mqtt
