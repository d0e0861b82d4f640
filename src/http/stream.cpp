#include "stream.h"

#include <utility>

namespace bridge {

void Stream::Calls::make() const {
  if (wake) wake();
  if (ended) ended();
}

bool Stream::send(Chunk chunk) {
  Calls calls;
  bool overflows = false;
  {
    const MutexLock lock(mutex_);
    if (!open_) return false;
    overflows = backlog_bytes_ + chunk->size() > options_.max_backlog_bytes;
    if (overflows) {
      backlog_.clear();
      backlog_.push_back(std::make_shared<const std::string>(options_.overflow_notice));
      backlog_bytes_ = options_.overflow_notice.size();
      calls = close();
    } else {
      backlog_bytes_ += chunk->size();
      backlog_.push_back(std::move(chunk));
      calls.wake = wake_up();
    }
  }
  calls.make();
  return !overflows;
}

void Stream::end() {
  Calls calls;
  {
    const MutexLock lock(mutex_);
    if (open_) calls = close();
  }
  calls.make();
}

bool Stream::is_open() const {
  const MutexLock lock(mutex_);
  return open_;
}

/// Refuses further chunks; those in the backlog still go out.
Stream::Calls Stream::close() {
  open_ = false;
  return {wake_up(), std::exchange(options_.ended, nullptr)};
}

/// @return empty if the connection knows already, or is gone.
std::function<void()> Stream::wake_up() {
  if (!wake_ || woken_ || detached_) return {};
  woken_ = true;
  return wake_;
}

void Stream::attach(std::function<void()> wake) {
  const MutexLock lock(mutex_);
  wake_ = std::move(wake);
}

Stream::Portion Stream::take(std::size_t size) {
  const MutexLock lock(mutex_);
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
  Calls calls;
  {
    const MutexLock lock(mutex_);
    detached_ = true;
    backlog_.clear();
    backlog_bytes_ = 0;
    wake_ = nullptr;
    if (open_) calls = close();
  }
  calls.make();
}

}  // namespace bridge
