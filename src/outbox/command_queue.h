#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>

#include "commands.h"

namespace bridge {

/// The commands that wait for the outbox's thread, in the order in which they came.
class CommandQueue {
 public:
  void push(Command command);
  /// The commands of one transaction; waits for them until `deadline`. Empty at the deadline, and
  /// when nothing more will come.
  std::vector<Command> take(std::chrono::steady_clock::time_point deadline);
  /// Nothing more will come.
  void close();
  bool is_closed() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Command> waiting_;
  bool closed_ = false;
};

}  // namespace bridge
