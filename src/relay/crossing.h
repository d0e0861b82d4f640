#pragma once

#include <cstddef>
#include <utility>

#include "bridge/core/thread_annotations.h"
#include "delivery.h"

namespace bridge {

/// Carries messages from other threads to the loop, which takes all that were put until it looks. Bounded
/// by the limits of the queue behind it. Any thread.
class Crossing {
 public:
  enum class Put {
    first,   // the loop does not know yet that something came
    behind,  // it does
    full,
    closed,
  };

  Crossing(std::size_t most_messages, std::size_t most_bytes)
      : most_messages_(most_messages), most_bytes_(most_bytes) {}

  /// @param one a list of one message; it is emptied if there is room.
  Put put(Deliveries& one) {
    const MutexLock lock(mutex_);
    if (is_closed_) return Put::closed;
    const std::size_t size = one.front().size;
    if (waiting_.size() >= most_messages_ || bytes_ + size > most_bytes_) return Put::full;
    bytes_ += size;
    waiting_.splice(waiting_.end(), one);
    return waiting_.size() == 1 ? Put::first : Put::behind;
  }
  Deliveries take() {
    const MutexLock lock(mutex_);
    bytes_ = 0;
    return std::exchange(waiting_, {});
  }
  /// Refuses all messages from now on.
  void close() {
    const MutexLock lock(mutex_);
    is_closed_ = true;
  }
  bool empty() const {
    const MutexLock lock(mutex_);
    return waiting_.empty();
  }

 private:
  const std::size_t most_messages_;
  const std::size_t most_bytes_;
  mutable Mutex mutex_;
  Deliveries waiting_ GUARDED_BY(mutex_);
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
  bool is_closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace bridge
