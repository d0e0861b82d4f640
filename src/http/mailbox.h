#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "response.h"

namespace bridge {

class Connection;

/// What other threads have for the connections of one loop. The loop is woken once for all that comes until
/// it looks, not once for each. Any thread.
class Mailbox {
 public:
  struct Letter {
    std::shared_ptr<Connection> to;
    std::unique_ptr<Response> answer;  // null: the stream of this connection has something to send
  };

  /// @return whether the loop must be woken: it does not know yet.
  bool put(Letter letter) {
    const std::lock_guard lock(mutex_);
    letters_.push_back(std::move(letter));
    return letters_.size() == 1;
  }

  std::vector<Letter> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(letters_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Letter> letters_;
};

}  // namespace bridge
