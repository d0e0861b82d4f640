#pragma once

#include <chrono>
#include <deque>
#include <vector>

#include "bridge/core/thread_annotations.h"
#include "commands.h"

namespace bridge {

/// The commands that wait for the outbox's thread, in the order in which they came.
class CommandQueue {
 public:
  void push(Command command) EXCLUDES(mutex_);
  /// Takes the commands of one transaction; waits for them until `deadline`. Empty at the deadline, and after
  /// close().
  std::vector<Command> take(std::chrono::steady_clock::time_point deadline) EXCLUDES(mutex_);
  /// Ends the waiting in take().
  void close() EXCLUDES(mutex_);
  bool is_closed() const EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  MutexCondition arrived_;
  std::deque<Command> waiting_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace bridge
