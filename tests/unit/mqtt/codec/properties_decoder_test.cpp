#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "codec_bytes.h"
#include "property_table.h"

namespace bridge::mqtt {
namespace {

/// `values` behind their Property Length.
std::string with_length(const std::string& values) { return packet_of(0, values).substr(1); }

struct Place {
  std::set<int> identifiers;  // of one packet, as its clause lists them; property_table.cpp lists packets
  std::function<std::string(const std::string&)> packet_with;
};

std::string before_and_after(std::uint8_t first, const char* before, const std::string& values,
                             const char* after) {
  return packet_of(first, bytes(before) + with_length(values) + bytes(after));
}

const std::map<std::string, Place> places = {
    {"CONNECT 3.1.2.11",
     {{0x11, 0x21, 0x27, 0x22, 0x19, 0x17, 0x26, 0x15, 0x16},
      [](const std::string& v) { return before_and_after(0x10, "00 04 'MQTT' 05 02 00 00", v, "00 00"); }}},
    {"Will 3.1.3.2",
     {{0x18, 0x01, 0x02, 0x03, 0x08, 0x09, 0x26},
      [](const std::string& v) {
        return before_and_after(0x10, "00 04 'MQTT' 05 06 00 00 00 00 00", v, "00 01 't' 00 00");
      }}},
    {"CONNACK 3.2.2.3",
     {{0x11, 0x21, 0x24, 0x25, 0x27, 0x12, 0x22, 0x1F, 0x26, 0x28, 0x29, 0x2A, 0x13, 0x1A, 0x1C, 0x15, 0x16},
      [](const std::string& v) { return before_and_after(0x20, "00 00", v, ""); }}},
    {"PUBLISH 3.3.2.3",
     {{0x01, 0x02, 0x23, 0x08, 0x09, 0x26, 0x0B, 0x03},
      [](const std::string& v) { return before_and_after(0x30, "00 01 't'", v, "'payload'"); }}},
    {"PUBACK 3.4.2.2",
     {{0x1F, 0x26}, [](const std::string& v) { return before_and_after(0x40, "00 01 00", v, ""); }}},
    {"PUBREC 3.5.2.2",
     {{0x1F, 0x26}, [](const std::string& v) { return before_and_after(0x50, "00 01 00", v, ""); }}},
    {"PUBREL 3.6.2.2",
     {{0x1F, 0x26}, [](const std::string& v) { return before_and_after(0x62, "00 01 00", v, ""); }}},
    {"PUBCOMP 3.7.2.2",
     {{0x1F, 0x26}, [](const std::string& v) { return before_and_after(0x70, "00 01 00", v, ""); }}},
    {"SUBSCRIBE 3.8.2.1",
     {{0x0B, 0x26}, [](const std::string& v) { return before_and_after(0x82, "00 01", v, "00 01 't' 00"); }}},
    {"SUBACK 3.9.2.1",
     {{0x1F, 0x26}, [](const std::string& v) { return before_and_after(0x90, "00 01", v, "00"); }}},
    {"UNSUBSCRIBE 3.10.2.1",
     {{0x26}, [](const std::string& v) { return before_and_after(0xA2, "00 01", v, "00 01 't'"); }}},
    {"UNSUBACK 3.11.2.1",
     {{0x1F, 0x26}, [](const std::string& v) { return before_and_after(0xB0, "00 01", v, "00"); }}},
    {"DISCONNECT 3.14.2.2",
     {{0x11, 0x1F, 0x26, 0x1C}, [](const std::string& v) { return before_and_after(0xE0, "00", v, ""); }}},
};

/// A value that each property may have.
const std::map<int, const char*> good_values = {
    {0x01, "01"},          {0x02, "00 00 00 01"}, {0x03, "00 01 'c'"},   {0x08, "00 01 'r'"},
    {0x09, "00 01 FF"},    {0x0B, "80 01"},       {0x11, "00 00 00 00"}, {0x12, "00 01 'i'"},
    {0x13, "00 00"},       {0x15, "00 01 'm'"},   {0x16, "00 01 FF"},    {0x17, "01"},
    {0x18, "FF FF FF FF"}, {0x19, "01"},          {0x1A, "00 01 'r'"},   {0x1C, "00 01 's'"},
    {0x1F, "00 01 'r'"},   {0x21, "00 01"},       {0x22, "00 00"},       {0x23, "00 01"},
    {0x24, "01"},          {0x25, "00"},          {0x26, "00 00 00 00"}, {0x27, "00 00 00 01"},
    {0x28, "01"},          {0x29, "01"},          {0x2A, "01"},
};

std::string property(int identifier) {
  // Authentication Data may not be there without a method
  const std::string before = identifier == 0x16 ? property(0x15) : "";
  return before + static_cast<char>(identifier) + bytes(good_values.at(identifier));
}

TEST(PropertiesTest, StandWhereTheClauseOfThePacketHasThem) {
  for (const auto& [name, place] : places)
    for (const auto& [identifier, value] : good_values) {
      const int expected = place.identifiers.contains(identifier) ? 0 : 0x81;
      EXPECT_EQ(fault_of(place.packet_with(property(identifier)), Version::v5), expected)
          << name << " " << identifier;
    }
}

TEST(PropertiesTest, OfAuthAreThoseOf31522) {
  for (const auto& [identifier, value] : good_values) {
    const bool allowed = std::set{0x15, 0x16, 0x1F, 0x26}.contains(identifier);
    const std::string method = identifier == 0x15 || identifier == 0x16 ? "" : property(0x15);
    const std::string whole = packet_of(0xF0, bytes("18") + with_length(method + property(identifier)));
    EXPECT_EQ(fault_of(whole, Version::v5), allowed ? 0 : 0x81) << identifier;
  }
}

TEST(PropertiesTest, ThatDoNotExistAreMalformed) {
  for (int identifier = 0; identifier < 128; ++identifier) {
    if (good_values.contains(identifier)) continue;
    const std::string values = static_cast<char>(identifier) + bytes("00 00 00 00");
    for (const auto& [name, place] : places)
      EXPECT_EQ(fault_of(place.packet_with(values), Version::v5), 0x81) << name << " " << identifier;
  }
  EXPECT_EQ(fault_of(packet_of(0x40, bytes("00 01 00 03 A6 01 00")), Version::v5), 0x81)
      << "identifiers are Variable Byte Integers: 166 is none";
}

TEST(PropertiesTest, MayNotBeThereTwiceButForTwoOfThem) {
  for (const auto& [name, place] : places)
    for (const int identifier : place.identifiers) {
      const bool may_repeat = identifier == 0x26 || (identifier == 0x0B && name.starts_with("PUBLISH"));
      EXPECT_EQ(fault_of(place.packet_with(property(identifier) + property(identifier)), Version::v5),
                may_repeat ? 0 : 0x82)
          << name << " " << identifier;
    }
}

TEST(PropertiesTest, HaveNoValueThatTheirClauseForbids) {
  const std::tuple<const char*, const char*> forbidden[] = {
      {"CONNECT 3.1.2.11", "21 00 00"}, {"CONNECT 3.1.2.11", "27 00 00 00 00"},
      {"CONNECT 3.1.2.11", "17 02"},    {"CONNECT 3.1.2.11", "19 02"},
      {"CONNACK 3.2.2.3", "21 00 00"},  {"CONNACK 3.2.2.3", "27 00 00 00 00"},
      {"CONNACK 3.2.2.3", "24 02"},     {"CONNACK 3.2.2.3", "25 02"},
      {"CONNACK 3.2.2.3", "28 02"},     {"CONNACK 3.2.2.3", "29 FF"},
      {"CONNACK 3.2.2.3", "2A 02"},     {"PUBLISH 3.3.2.3", "23 00 00"},
      {"PUBLISH 3.3.2.3", "0B 00"},     {"SUBSCRIBE 3.8.2.1", "0B 00"},
      {"Will 3.1.3.2", "01 02"},        {"Will 3.1.3.2", "08 00 01 '#'"},
  };
  for (const auto& [place, notation] : forbidden)
    EXPECT_EQ(fault_of(places.at(place).packet_with(bytes(notation)), Version::v5), 0x82)
        << place << notation;
}

TEST(PropertiesTest, HaveTextsThatAreUtf8WithoutNul) {
  for (const auto& [name, place] : places) {
    if (name.starts_with("PUBLISH")) continue;  // decode_publish_test.cpp
    for (const int identifier : {0x03, 0x08, 0x12, 0x15, 0x1A, 0x1C, 0x1F}) {
      if (!place.identifiers.contains(identifier)) continue;
      for (const char* text : {"00 01 00", "00 01 FF", "00 02 C0 80", "00 03 ED A0 80", "00 01 C3"})
        EXPECT_EQ(fault_of(place.packet_with(static_cast<char>(identifier) + bytes(text)), Version::v5), 0x81)
            << name << " " << identifier << " " << text;
    }
    EXPECT_EQ(fault_of(place.packet_with(bytes("26 00 01 FF 00 00")), Version::v5), 0x81) << name;
    EXPECT_EQ(fault_of(place.packet_with(bytes("26 00 00 00 01 00")), Version::v5), 0x81) << name;
  }
}

TEST(PropertiesTest, EndWhereTheirLengthSays) {
  for (const auto& [name, place] : places)
    for (const int identifier : place.identifiers) {
      const std::string whole = property(identifier);
      const std::size_t begin = identifier == 0x16 ? property(0x15).size() : 0;
      for (std::size_t size = begin + 1; size < whole.size(); ++size)
        EXPECT_EQ(fault_of(place.packet_with(whole.substr(0, size)), Version::v5), 0x81)
            << name << " " << identifier << " " << size;
    }
  EXPECT_EQ(fault_of(bytes("40 04 00 01 00 01"), Version::v5), 0x81);
  EXPECT_EQ(fault_of(bytes("40 05 00 01 00 80 00"), Version::v5), 0x81) << "a length that is not minimal";
}

}  // namespace
}  // namespace bridge::mqtt
