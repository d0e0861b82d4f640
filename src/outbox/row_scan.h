#pragma once

#include <functional>
#include <vector>

#include "columns.h"
#include "page_image.h"

namespace bridge {

/// A row as the bytes of a page have it (sqlite.org/fileformat2.html, 2.1).
class ScannedRow : public Columns {
 public:
  /// @return whether `record` can be the columns of a row.
  bool parse(std::int64_t key, std::string record);
  int columns() const { return static_cast<int>(fields_.size()); }

  std::optional<std::int64_t> integer(int column) const override;
  std::optional<std::string_view> bytes(int column) const override;

 private:
  struct Field {
    std::uint64_t type = 0;
    std::size_t at = 0;
    std::size_t size = 0;
  };
  std::int64_t key_ = 0;
  std::string record_;
  std::vector<Field> fields_;
};

/// Finds the rows of tables in pages that may be damaged in any way, and may have been written by an enemy:
/// no place is read that is not there, and no page more often than a few times.
class RowScan {
 public:
  explicit RowScan(const PageImage& image) : image_(image) {}

  using Visit = std::function<void(const ScannedRow& row, std::size_t cell)>;
  /// All rows of the page, if it is a leaf of a table.
  void visit(const PagePlace& place, const Visit& visit_row);
  /// One of them again.
  bool read(const PagePlace& place, std::size_t cell, ScannedRow& row);

 private:
  bool read_cell(const std::string& page, std::size_t cell, ScannedRow& row);
  bool follow(std::uint32_t page, std::size_t size, std::string& record);

  const PageImage& image_;
  std::unordered_map<std::uint32_t, unsigned> visits_;  // of overflow pages
};

}  // namespace bridge
