#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "bridge/core/clock.h"

namespace bridge {

/// How many connections are open, in all and from each address, and how many may be. Safe from any thread.
class ConnectionCount {
 public:
  /// @param per_address 0: no limit.
  ConnectionCount(std::size_t limit, std::size_t per_address) : limit_(limit), per_address_(per_address) {}

  /// Counts one more, unless a limit is reached.
  bool try_add(const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (open_ >= limit_) return false;
    const bool counts = per_address_ != 0 && !address.empty();  // a Unix socket's clients have none
    if (counts && ++by_address_[address] > per_address_) {
      --by_address_[address];
      return false;
    }
    ++open_;
    return true;
  }

  void remove(const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (per_address_ != 0 && !address.empty() && --by_address_[address] == 0) by_address_.erase(address);
    if (--open_ == 0) none_.notify_all();
  }

  /// Waits until none is open. @return false if the deadline came first.
  bool wait_for_none(TimePoint deadline) {
    std::unique_lock lock(mutex_);
    return none_.wait_until(lock, deadline, [this] { return open_ == 0; });
  }

 private:
  const std::size_t limit_;
  const std::size_t per_address_;
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t open_ = 0;
  std::map<std::string, std::size_t> by_address_;
};

}  // namespace bridge
