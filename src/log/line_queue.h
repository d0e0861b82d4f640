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

/// The lines between all threads and the one that writes: bounded in number and in bytes, the oldest make
/// room for new ones. It takes memory for what it holds; the library's own queue takes 3 MB for what it could
/// hold.
class LineQueue {
 public:
  /// Room for the usual number of usual lines. A Topic Name may be 65,535 bytes long (MQTT 5.0, 1.5.4), and
  /// stands in its line whole.
  static constexpr std::size_t max_bytes = 16 * 1024 * 1024;

  explicit LineQueue(std::size_t capacity, std::size_t max_bytes_in_all = max_bytes)
      : capacity_(capacity), max_bytes_(max_bytes_in_all) {}

  void put(QueuedLine line);
  /// The next line, once there is one; none after close(), when all have been taken.
  std::optional<QueuedLine> take();
  void close();
  /// How many lines had to make room so far.
  std::size_t dropped() const;

 private:
  QueuedLine pop();

  const std::size_t capacity_;
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<QueuedLine> lines_;
  std::size_t bytes_ = 0;  // of their texts
  std::size_t dropped_ = 0;
  bool taker_sleeps_ = false;
  bool closed_ = false;
};

}  // namespace bridge
