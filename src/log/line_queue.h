#pragma once

#include <spdlog/common.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace bridge {

/// A line on its way to the one thread that writes.
struct QueuedLine {
  spdlog::log_clock::time_point time;
  spdlog::level::level_enum level;
  std::string text;
};

/// The lines between all threads and the one that writes: bounded, the oldest make room for new ones. It
/// takes memory for what it holds; the library's own queue takes 3 MB for what it could hold.
class LineQueue {
 public:
  explicit LineQueue(std::size_t capacity) : capacity_(capacity) {}

  void put(QueuedLine line);
  /// The next line, once there is one; none after close(), when all have been taken.
  std::optional<QueuedLine> take();
  void close();
  /// How many lines had to make room so far.
  std::size_t dropped() const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<QueuedLine> lines_;
  std::size_t dropped_ = 0;
  bool taker_sleeps_ = false;
  bool closed_ = false;
};

}  // namespace bridge
