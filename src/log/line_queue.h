#pragma once

#include <spdlog/common.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "bridge/core/thread_annotations.h"

namespace bridge {

/// A line on its way to the one thread that writes.
struct QueuedLine {
  spdlog::log_clock::time_point time;
  spdlog::level::level_enum level;
  std::string text;
};

/// Carries lines from all threads to the one that writes. Bounded in number and in bytes: the oldest lines
/// make room for new ones. It takes memory only for the lines that it holds; spdlog's own queue takes 3 MB
/// at once.
class LineQueue {
 public:
  /// Room for the usual number of usual lines. A Topic Name may be 65,535 bytes long (MQTT 5.0, 1.5.4), and
  /// stands in its line whole.
  static constexpr std::size_t max_bytes = 16 * 1024 * 1024;

  explicit LineQueue(std::size_t capacity, std::size_t max_bytes_in_all = max_bytes)
      : capacity_(capacity), max_bytes_(max_bytes_in_all) {}

  void put(QueuedLine line) EXCLUDES(mutex_);
  /// The next line, once there is one; none after close(), when all have been taken.
  std::optional<QueuedLine> take() EXCLUDES(mutex_);
  void close() EXCLUDES(mutex_);
  /// The number of lines that were dropped to make room so far.
  std::size_t dropped() const EXCLUDES(mutex_);
  /// @return true if a short line fits without dropping another.
  bool has_room() const EXCLUDES(mutex_);

 private:
  QueuedLine pop() REQUIRES(mutex_);

  const std::size_t capacity_;
  const std::size_t max_bytes_;
  mutable Mutex mutex_;
  MutexCondition changed_;
  std::deque<QueuedLine> lines_ GUARDED_BY(mutex_);
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;  // of their texts
  std::size_t dropped_ GUARDED_BY(mutex_) = 0;
  bool taker_sleeps_ GUARDED_BY(mutex_) = false;
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace bridge
