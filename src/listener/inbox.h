#pragma once

#include <cstddef>
#include <deque>
#include <functional>

#include "bridge/core/clock.h"
#include "bridge/core/thread_annotations.h"

namespace bridge::listener {

/// Tasks for the listener's thread, in order. Safe from any thread.
class Inbox {
 public:
  using Task = std::function<void(TimePoint now)>;
  /// Requests beyond it are refused. Events of paho's always have room: there is one for each request that
  /// went out, and a few for each connection.
  static constexpr std::size_t capacity = 4096;

  /// A request. @return false if it found no room, or after close().
  bool offer(Task task) EXCLUDES(mutex_);
  /// An event.
  void put(Task task) EXCLUDES(mutex_);
  /// Takes all that has come; waits for something until `until`, or close().
  std::deque<Task> take(TimePoint until) EXCLUDES(mutex_);
  /// Wakes the thread; requests are refused from now on.
  void close() EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  MutexCondition changed_;
  std::deque<Task> tasks_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  bool woken_ GUARDED_BY(mutex_) = false;  // by close(), once: the farewell waits for events
};

}  // namespace bridge::listener
