#include "row_scan.h"

#include <algorithm>
#include <bit>

#include "big_endian.h"

namespace bridge {
namespace {

constexpr unsigned char table_leaf = 0x0D;
constexpr std::size_t leaf_header = 8;
constexpr std::size_t most_cells = (page_bytes - leaf_header) / 2;
constexpr std::size_t largest_local = page_bytes - 35;
constexpr std::size_t smallest_local = (page_bytes - 12) * 32 / 255 - 23;
constexpr std::size_t most_columns = 64;
constexpr unsigned most_visits = 8;  // an overflow page is of one row, which is read more than once

/// SQLite's numbers of 1 to 9 bytes. Empty at the end of the bytes.
std::optional<std::uint64_t> take_varint(std::string_view bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (int i = 0; i < 9; ++i) {
    if (at >= bytes.size()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    if (i == 8) return value << 8U | byte;
    value = value << 7U | (byte & 0x7FU);
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

std::size_t size_of(std::uint64_t type) {
  constexpr std::size_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
  if (type < 12) return sizes[type];
  return static_cast<std::size_t>((type - 12) / 2);
}

/// A leaf whose first byte lost or won one bit is still taken for one: its rows have their own checksums. No
/// page that holds the middle of a payload passes for a leaf, whatever a client writes into it: such a page
/// begins with the number of the next one, whose first byte is 0 below 64 GiB.
bool is_table_leaf(const std::string& page) {
  const auto type = static_cast<unsigned char>(page[0]);
  return type != 0 && std::popcount(static_cast<unsigned>(type ^ table_leaf)) <= 1;
}

std::size_t cells_of(const std::string& page) {
  return is_table_leaf(page) ? std::min<std::size_t>(big_endian_16(page, 3), most_cells) : 0;
}

std::size_t local_bytes(std::size_t size) {
  if (size <= largest_local) return size;
  const std::size_t local = smallest_local + (size - smallest_local) % (page_bytes - 4);
  return local <= largest_local ? local : smallest_local;
}

}  // namespace

bool ScannedRow::parse(std::int64_t key, std::string record) {
  key_ = key;
  record_ = std::move(record);
  fields_.clear();
  std::size_t at = 0;
  const auto header = take_varint(record_, at);
  if (!header || *header > record_.size()) return false;
  const std::string_view types = std::string_view(record_).substr(0, static_cast<std::size_t>(*header));
  std::size_t place = types.size();
  while (at < types.size()) {
    const auto type = take_varint(types, at);
    if (!type || fields_.size() == most_columns || size_of(*type) > record_.size() - place) return false;
    fields_.push_back({*type, place, size_of(*type)});
    place += size_of(*type);
  }
  return true;
}

std::optional<std::int64_t> ScannedRow::integer(int column) const {
  if (column == 0) return key_;  // INTEGER PRIMARY KEY stands beside the record
  if (column >= columns()) return std::nullopt;
  const Field& field = fields_[static_cast<std::size_t>(column)];
  if (field.type == 8 || field.type == 9) return static_cast<std::int64_t>(field.type - 8);
  if (field.type < 1 || field.type > 6) return std::nullopt;
  const bool negative = (static_cast<unsigned char>(record_[field.at]) & 0x80U) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < field.size; ++i)
    value = value << 8U | static_cast<unsigned char>(record_[field.at + i]);
  return static_cast<std::int64_t>(value);
}

std::optional<std::string_view> ScannedRow::bytes(int column) const {
  if (column >= columns()) return std::nullopt;
  const Field& field = fields_[static_cast<std::size_t>(column)];
  if (field.type < 12) return std::nullopt;
  return std::string_view(record_).substr(field.at, field.size);
}

void RowScan::visit(const PagePlace& place, const Visit& visit_row) {
  const std::string page = image_.read(place);
  ScannedRow row;
  for (std::size_t cell = 0; cell < cells_of(page); ++cell)
    if (read_cell(page, cell, row)) visit_row(row, cell);
}

bool RowScan::read(const PagePlace& place, std::size_t cell, ScannedRow& row) {
  const std::string page = image_.read(place);
  return cell < cells_of(page) && read_cell(page, cell, row);
}

bool RowScan::read_cell(const std::string& page, std::size_t cell, ScannedRow& row) {
  std::size_t at = big_endian_16(page, leaf_header + 2 * cell);
  const auto size = take_varint(page, at);
  const auto key = take_varint(page, at);
  if (!size || !key || *size > image_.size()) return false;
  const auto total = static_cast<std::size_t>(*size);
  const std::size_t local = local_bytes(total);
  if (local > page.size() - at) return false;
  std::string record = page.substr(at, local);
  if (local < total) {
    if (page.size() - at - local < 4 || !follow(big_endian_32(page, at + local), total, record)) return false;
  }
  return row.parse(static_cast<std::int64_t>(*key), std::move(record));
}

bool RowScan::follow(std::uint32_t page, std::size_t size, std::string& record) {
  while (record.size() < size) {
    const std::string next = visits_[page]++ < most_visits ? image_.read(page) : std::string();
    if (next.empty()) return false;
    record.append(next, 4, std::min(size - record.size(), page_bytes - 4));
    page = big_endian_32(next, 0);
  }
  return true;
}

}  // namespace bridge
