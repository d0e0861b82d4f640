#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge {

/// FNV-1a over the columns of a row, each with its length: one flipped bit always changes it, since every
/// step is a bijection. It finds accidents, not forgers: who can write the file can do anything.
class Checksum {
 public:
  void integer(std::int64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint64_t>(value) >> shift);
  }
  void bytes(std::string_view value) {
    integer(static_cast<std::int64_t>(value.size()));
    for (const char c : value) byte(static_cast<unsigned char>(c));
  }
  void nothing() { integer(-1); }

  void integer(const std::optional<std::int64_t>& value) { value ? integer(*value) : nothing(); }
  void bytes(const std::optional<std::string_view>& value) { value ? bytes(*value) : nothing(); }

  /// As SQLite keeps it.
  std::int64_t value() const { return static_cast<std::int64_t>(state_); }

 private:
  void byte(std::uint64_t value) { state_ = (state_ ^ (value & 0xFFU)) * 0x100000001B3U; }

  std::uint64_t state_ = 0xCBF29CE484222325U;
};

}  // namespace bridge
