#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "file_access.h"

namespace bridge {

constexpr std::size_t page_bytes = 4096;

/// A page in the -wal file (sqlite.org/fileformat2.html, 4).
struct WalFrame {
  std::uint32_t page = 0;
  bool ends_commit = false;
  bool holds = false;        // its checksum follows from the one before
  std::uint64_t offset = 0;  // of the page
};

/// The -wal file as it is, beside what SQLite will use of it.
struct WalContents {
  std::string header;  // 32 bytes, or what there is of them
  bool header_holds = false;
  std::vector<WalFrame>
      frames;                 // those of its present run, which its salts tell from what an earlier one left
  std::size_t committed = 0;  // the first so many are what SQLite will use

  std::uint64_t bytes_behind_commit = 0;  // of the present run, with a frame that is cut

  /// SQLite will not use all that had been committed: it is damaged in its midst. Otherwise what is left
  /// over is the beginning of a commit that a crash cut off.
  bool is_damaged() const;
};

WalContents read_wal(const ByteSource& file);

/// Where the -wal file ended after a commit.
struct WalMark {
  std::string header;
  std::size_t frames = 0;
};

std::string read_wal_header(const std::filesystem::path& file);

/// Makes what was written behind `mark` unusable: a commit that failed in its flush may stand there complete,
/// and a process that starts after a kill would find it. The file keeps its size, so that the next commit
/// needs no room on the disk.
/// @return whether nothing behind `mark` will be found again, as long as the host stays up.
bool forget_wal_behind(const WalMark& mark, const std::filesystem::path& file);

}  // namespace bridge
