#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge {

/// One row of a table, whoever reads it: SQLite, or the scan of a damaged file. What is of another kind than
/// asked for is empty.
class Columns {
 public:
  virtual ~Columns() = default;
  virtual std::optional<std::int64_t> integer(int column) const = 0;
  virtual std::optional<std::string_view> bytes(int column) const = 0;
};

}  // namespace bridge
