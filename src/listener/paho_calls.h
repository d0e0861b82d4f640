#pragma once

#include <memory>

#include "bridge/core/thread_annotations.h"

namespace bridge::listener {

/// Notes when the listener's thread is inside a call of paho's. Such a call waits for paho's one lock, which
/// is held while a name is resolved: half a minute, say. A stop does not wait for that: it abandons the
/// thread.
class PahoCalls {
 public:
  /// @return false after abandon(): then paho must not be called any more.
  bool enter() EXCLUDES(mutex_);
  /// Does not return for an abandoned thread: the objects it would go on with may be gone.
  void leave() EXCLUDES(mutex_);
  /// @return true if the thread is inside a call: it will not come back.
  bool abandon() EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  bool inside_ GUARDED_BY(mutex_) = false;
  bool closed_ GUARDED_BY(mutex_) = false;
};

/// Brackets one call of paho's. It may be made only if this is true.
class PahoCall {
 public:
  explicit PahoCall(const std::shared_ptr<PahoCalls>& calls) : calls_(calls), may_(calls_->enter()) {}
  ~PahoCall() {
    if (may_) calls_->leave();
  }
  PahoCall(const PahoCall&) = delete;
  PahoCall& operator=(const PahoCall&) = delete;
  explicit operator bool() const { return may_; }

 private:
  const std::shared_ptr<PahoCalls> calls_;
  const bool may_;
};

}  // namespace bridge::listener
