#pragma once

#include <cstdint>
#include <string_view>

namespace bridge {

/// A number by which to recognise a sequence of texts (FNV-1a, 64 bits). A single changed byte always changes
/// it, since every step is a bijection; the outbox keeps such numbers on the disk. An attacker can find
/// another sequence with the same number: containers whose keys a client chooses hash by SeededHash.
class Fingerprint {
 public:
  /// Adds a text and its length: ("ab", "c") is not ("a", "bc").
  constexpr void add(std::string_view text) {
    add_number(text.size());
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
  }
  constexpr void add_number(std::uint64_t number) {
    for (int byte = 0; byte < 8; ++byte) add_byte(static_cast<unsigned char>(number >> (8 * byte)));
  }
  constexpr std::uint64_t value() const { return value_; }

 private:
  constexpr void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3; }

  std::uint64_t value_ = 0xCBF29CE484222325;
};

}  // namespace bridge
