#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bridge/core/fingerprint.h"

namespace bridge {

/// The checksum of a row: over its columns, each with its length. One flipped bit always changes it. It finds
/// accidents, not forgeries: an attacker who can write the file can write the checksum too.
class Checksum {
 public:
  void integer(std::int64_t value) { sum_.add_number(static_cast<std::uint64_t>(value)); }
  void bytes(std::string_view value) { sum_.add(value); }
  void nothing() { integer(-1); }

  void integer(const std::optional<std::int64_t>& value) { value ? integer(*value) : nothing(); }
  void bytes(const std::optional<std::string_view>& value) { value ? bytes(*value) : nothing(); }

  /// The checksum as SQLite stores it.
  std::int64_t value() const { return static_cast<std::int64_t>(sum_.value()); }

 private:
  Fingerprint sum_;
};

}  // namespace bridge
