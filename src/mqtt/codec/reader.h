#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "packet.h"

namespace bridge::mqtt {

/// A cursor over the bytes of one packet. It never passes their end: a field that would is a PacketFault
/// 0x81. Its results refer to these bytes.
class Reader {
 public:
  Reader(PacketType packet, std::string_view bytes) : packet_(packet), left_(bytes) {}

  PacketType packet() const { return packet_; }
  bool at_end() const { return left_.empty(); }
  std::size_t left() const { return left_.size(); }

  std::uint8_t byte() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint16_t two_byte_integer();       // 1.5.2
  std::uint32_t four_byte_integer();      // 1.5.3
  std::uint32_t variable_byte_integer();  // 1.5.5
  std::string_view binary_data() {
    return take(two_byte_integer());
  }                                // 1.5.6, and strings that are not checked
  std::string_view utf8_string();  // 1.5.4
  std::string_view rest() { return take(left_.size()); }
  /// @throws PacketFault 0x82 if it is 0 (2.2.1).
  std::uint16_t packet_identifier();
  /// The next `size` bytes, as a cursor of their own.
  Reader part(std::size_t size) { return {packet_, take(size)}; }
  /// @throws PacketFault 0x81 if bytes are left.
  void expect_end() const;

 private:
  std::string_view take(std::size_t size);

  PacketType packet_;
  std::string_view left_;
};

}  // namespace bridge::mqtt
