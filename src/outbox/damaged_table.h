#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <string>
#include <vector>

#include "database.h"

namespace bridge {

struct KeyRange {
  std::int64_t first = 1;
  std::int64_t last = std::numeric_limits<std::int64_t>::max() - 1;
};

/// Reads the rows of one table of a damaged database through SQLite, and steps over what is damaged: step 2
/// of repair.cpp.
class DamagedTable {
 public:
  using Visit = std::function<void(const Statement& row)>;

  /// @param key the column of whole numbers that is the key.
  /// @param size of the file, in bytes; reading ends after as much as a sound file of that size can hold.
  DamagedTable(const Database& source, const std::string& table, const std::string& key, std::uint64_t size);

  /// @param last the highest number that a row can have, as `meta` and the rows read so far say.
  void read(std::int64_t last, const Visit& visit);

 private:
  struct IsWider {
    bool operator()(const KeyRange& a, const KeyRange& b) const {
      return a.last - a.first > b.last - b.first;
    }
  };

  void split(const KeyRange& range);
  bool read_from_both_ends(KeyRange& range, const Visit& visit);
  template <typename TakeOff>
  bool read_rows(Statement& statement, const KeyRange& range, const Visit& visit, TakeOff take_off);

  Statement upwards_, downwards_;
  std::uint64_t bytes_left_, failures_left_;
  std::int64_t highest_ = 0;
  std::priority_queue<KeyRange, std::vector<KeyRange>, IsWider> unread_;  // the smallest first
};

}  // namespace bridge
