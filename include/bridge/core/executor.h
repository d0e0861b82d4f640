#pragma once

#include <functional>

namespace bridge {

/// An event loop's thread. Objects that live on it need no lock.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Has `task` run on that thread, behind what was posted before; the thread is woken once for all that
  /// comes until it looks. Any thread; returns at once. What is posted after the loop has ended never runs.
  virtual void post(std::function<void()> task) = 0;
  /// @return true if the caller is on that thread.
  virtual bool runs_here() const = 0;
};

}  // namespace bridge
