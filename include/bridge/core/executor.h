#pragma once

#include <functional>

namespace bridge {

/// An event loop's thread. Objects that live on it need no lock.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Runs `task` on that thread, behind tasks that were posted before. One wake-up serves all tasks that
  /// come until the thread looks. Any thread; returns at once. A task posted after the loop has ended never
  /// runs.
  virtual void post(std::function<void()> task) = 0;
  /// @return true if the caller is on that thread.
  virtual bool runs_here() const = 0;
};

}  // namespace bridge
