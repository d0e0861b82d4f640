#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/timing.h"

namespace bridge::test {

/// One line of a program's output, without its line feed, and when it arrived.
struct Line {
  TimePoint at;
  std::string text;
};

/// Keeps all lines that arrive on a pipe, read by a thread of its own so that the writer never waits.
class LineReader {
 public:
  /// Takes ownership of `descriptor`, the reading end.
  explicit LineReader(int descriptor);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// The first line at `from` or later that contains `part`; nothing if `deadline` passes or the writer ends.
  std::optional<Line> wait_for_line(std::string_view part, TimePoint deadline, std::size_t from = 0) const;
  /// The number of lines at `from` or later that contain `part`.
  std::size_t count(std::string_view part, std::size_t from = 0) const;
  std::size_t size() const;
  std::vector<Line> lines(std::size_t from = 0) const;
  /// All lines in one text, each with its line feed.
  std::string text(std::size_t from = 0) const;
  /// Waits until all processes that hold the writing end have closed it.
  bool wait_for_end(TimePoint deadline) const;

 private:
  void read_all();
  void keep(std::string_view bytes);
  void finish();

  int descriptor_;
  int stop_reading_ = -1;  // eventfd: ends the thread although a writer may still hold the pipe
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Line> lines_;
  std::string partial_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace bridge::test
