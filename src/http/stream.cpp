#include "stream.h"

#include <utility>

namespace bridge {

bool Stream::send(Chunk chunk) {
  std::unique_lock lock(mutex_);
  if (!open_) return false;
  if (backlog_bytes_ + chunk->size() > options_.max_backlog_bytes) {
    backlog_.clear();
    backlog_.push_back(std::make_shared<const std::string>(options_.overflow_notice));
    backlog_bytes_ = options_.overflow_notice.size();
    close_locked(lock);
    return false;
  }
  backlog_bytes_ += chunk->size();
  backlog_.push_back(std::move(chunk));
  wake_locked(lock);
  return true;
}

void Stream::end() {
  std::unique_lock lock(mutex_);
  if (open_) close_locked(lock);
}

bool Stream::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

/// No more is sent; what is in the backlog still goes out.
void Stream::close_locked(std::unique_lock<std::mutex>& lock) {
  open_ = false;
  const auto ended = std::exchange(options_.ended, nullptr);
  wake_locked(lock);
  if (ended) ended();
}

/// Calls out with no lock held.
void Stream::wake_locked(std::unique_lock<std::mutex>& lock) {
  const bool wakes = wake_ && !woken_ && !detached_;
  if (wakes) woken_ = true;
  const auto wake = wakes ? wake_ : nullptr;
  lock.unlock();
  if (wake) wake();
}

void Stream::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

Stream::Portion Stream::take(std::size_t size) {
  const std::lock_guard lock(mutex_);
  Portion portion;
  while (!backlog_.empty() && portion.bytes.size() < size) {
    portion.bytes += *backlog_.front();
    backlog_bytes_ -= backlog_.front()->size();
    backlog_.pop_front();
  }
  portion.is_last = !open_ && backlog_.empty();
  woken_ = !backlog_.empty();
  return portion;
}

void Stream::detach() {
  std::unique_lock lock(mutex_);
  detached_ = true;
  backlog_.clear();
  backlog_bytes_ = 0;
  wake_ = nullptr;
  if (open_) close_locked(lock);
}

}  // namespace bridge
