#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "bridge/core/packet_size.h"

namespace bridge::mqtt {

// A packet is put into two sinks, one after the other: the first counts its bytes, since their number stands
// in front of them; the second writes them.

inline constexpr std::size_t maximum_string_size = 65'535;  // bytes (MQTT 5.0, 1.5.4 and 1.5.6)

/// Counts. @throws std::length_error for a string that is too long: before a byte of the packet is written.
class ByteCounter {
 public:
  std::size_t size() const { return size_; }

  void byte(std::uint8_t) { size_ += 1; }
  void two_byte_integer(std::uint16_t) { size_ += 2; }
  void four_byte_integer(std::uint32_t) { size_ += 4; }
  void variable_byte_integer(std::size_t value) {
    if (value > maximum_variable_byte_integer)
      throw std::length_error("the packet is longer than MQTT allows");
    size_ += variable_byte_integer_size(value);
  }
  void string(std::string_view bytes) {
    if (bytes.size() > maximum_string_size) throw std::length_error("a string is longer than 65535 bytes");
    size_ += 2 + bytes.size();
  }
  void raw(std::string_view bytes) { size_ += bytes.size(); }

 private:
  std::size_t size_ = 0;
};

/// Appends to a string. Nothing is checked: a ByteCounter has been given the same before.
class Appender {
 public:
  explicit Appender(std::string& out) : out_(out) {}

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void two_byte_integer(std::uint16_t value) {
    const char bytes[] = {octet(value, 8), octet(value, 0)};
    out_.append(bytes, sizeof bytes);
  }
  void four_byte_integer(std::uint32_t value) {
    const char bytes[] = {octet(value, 24), octet(value, 16), octet(value, 8), octet(value, 0)};
    out_.append(bytes, sizeof bytes);
  }
  void variable_byte_integer(std::size_t value) {
    for (; value >= 128; value >>= 7U) byte(static_cast<std::uint8_t>((value & 0x7FU) | 0x80U));
    byte(static_cast<std::uint8_t>(value));
  }
  void string(std::string_view bytes) {
    two_byte_integer(static_cast<std::uint16_t>(bytes.size()));
    out_.append(bytes);
  }
  void raw(std::string_view bytes) { out_.append(bytes); }

 private:
  static char octet(std::uint32_t value, unsigned shift) { return static_cast<char>(value >> shift & 0xFFU); }

  std::string& out_;
};

}  // namespace bridge::mqtt
