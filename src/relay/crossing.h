#pragma once

#include <cstddef>
#include <mutex>
#include <utility>

#include "delivery.h"

namespace bridge {

/// Messages on their way from other threads to the loop, which takes all that came until it looks. Bounded as
/// the queue behind it is.
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
    const std::lock_guard lock(mutex_);
    if (is_closed_) return Put::closed;
    const std::size_t size = one.front().size;
    if (waiting_.size() >= most_messages_ || bytes_ + size > most_bytes_) return Put::full;
    bytes_ += size;
    waiting_.splice(waiting_.end(), one);
    return waiting_.size() == 1 ? Put::first : Put::behind;
  }
  Deliveries take() {
    const std::lock_guard lock(mutex_);
    bytes_ = 0;
    return std::exchange(waiting_, {});
  }
  /// From now on nothing is taken.
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  bool empty() const {
    const std::lock_guard lock(mutex_);
    return waiting_.empty();
  }

 private:
  const std::size_t most_messages_;
  const std::size_t most_bytes_;
  mutable std::mutex mutex_;
  Deliveries waiting_;
  std::size_t bytes_ = 0;
  bool is_closed_ = false;
};

}  // namespace bridge
