#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "bridge/core/thread_annotations.h"
#include "response.h"

namespace bridge {

class Connection;

/// Carries responses from other threads to the connections of one loop. The loop is woken once for all that
/// is put until it looks, not once for each: a wake-up costs a system call. Any thread.
class Mailbox {
 public:
  struct Delivery {
    std::shared_ptr<Connection> to;
    std::unique_ptr<Response> answer;  // null: the stream of this connection has something to send
  };

  /// @return whether the loop must be woken: it does not know yet.
  bool put(Delivery delivery) {
    const MutexLock lock(mutex_);
    deliveries_.push_back(std::move(delivery));
    return deliveries_.size() == 1;
  }

  std::vector<Delivery> take() {
    const MutexLock lock(mutex_);
    return std::exchange(deliveries_, {});
  }

 private:
  Mutex mutex_;
  std::vector<Delivery> deliveries_ GUARDED_BY(mutex_);
};

}  // namespace bridge
