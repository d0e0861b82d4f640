#include "inbox.h"

#include <utility>

namespace bridge::listener {

bool Inbox::offer(Task task) {
  {
    const MutexLock lock(mutex_);
    if (closed_ || tasks_.size() >= capacity) return false;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
  return true;
}

void Inbox::put(Task task) {
  {
    const MutexLock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

std::deque<Inbox::Task> Inbox::take(TimePoint until) {
  const MutexLock lock(mutex_);
  while (tasks_.empty() && !std::exchange(woken_, false))
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) break;
  return std::exchange(tasks_, {});
}

void Inbox::close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    woken_ = true;
  }
  changed_.notify_one();
}

}  // namespace bridge::listener
