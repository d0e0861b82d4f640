#pragma once

#include <unordered_map>
#include <vector>

#include "wal_file.h"

namespace bridge {

/// Where a page stands.
struct PagePlace {
  bool in_wal = false;
  std::uint64_t offset = 0;
};

/// The pages of a database as its last commit left them: those of the file, overlaid by those of the -wal
/// file. Read without SQLite, from files that may be damaged in any way.
class PageImage {
 public:
  PageImage(const ByteSource& database, const ByteSource& wal, const WalContents& contents);

  /// All of them but the first, which holds the schema. Where a frame is damaged, the page that it replaces
  /// is among them too.
  std::vector<PagePlace> places() const;
  /// A whole page; what is missing of it is zero.
  std::string read(const PagePlace& place) const;
  /// Empty if there is no such page.
  std::string read(std::uint32_t page) const;
  std::uint64_t size() const { return size_; }

 private:
  const ByteSource& database_;
  const ByteSource& wal_;
  std::uint64_t size_;
  std::uint32_t database_pages_;
  std::unordered_map<std::uint32_t, std::uint64_t> replaced_;  // by a page of the -wal file, at this offset
  std::vector<PagePlace> doubtful_;
};

}  // namespace bridge
