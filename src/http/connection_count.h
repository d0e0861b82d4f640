#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "bridge/core/clock.h"
#include "bridge/core/thread_annotations.h"

namespace bridge {

/// How many connections are open, in all and from each address, and how many may be. Safe from any thread.
class ConnectionCount {
 public:
  /// @param per_address 0: no limit.
  ConnectionCount(std::size_t limit, std::size_t per_address) : limit_(limit), per_address_(per_address) {}

  /// Counts one more, unless a limit is reached.
  bool try_add(const std::string& address) {
    const MutexLock lock(mutex_);
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
    const MutexLock lock(mutex_);
    if (per_address_ != 0 && !address.empty() && --by_address_[address] == 0) by_address_.erase(address);
    if (--open_ == 0) none_.notify_all();
  }

  /// Waits until none is open. @return false if the deadline came first.
  bool wait_for_none(TimePoint deadline) {
    const MutexLock lock(mutex_);
    while (open_ > 0)
      if (none_.wait_until(mutex_, deadline) == std::cv_status::timeout) return open_ == 0;
    return true;
  }

 private:
  const std::size_t limit_;
  const std::size_t per_address_;
  Mutex mutex_;
  MutexCondition none_;
  std::size_t open_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::size_t> by_address_ GUARDED_BY(mutex_);
};

}  // namespace bridge
