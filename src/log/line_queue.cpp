#include "line_queue.h"

#include <utility>

namespace bridge {

void LineQueue::put(QueuedLine line) {
  const std::size_t size = line.text.size();
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    while (!lines_.empty() && (lines_.size() >= capacity_ || bytes_ + size > max_bytes_)) {
      pop();
      ++dropped_;
    }
    bytes_ += size;
    lines_.push_back(std::move(line));
    wake = std::exchange(taker_sleeps_, false);
  }
  if (wake) changed_.notify_one();
}

std::optional<QueuedLine> LineQueue::take() {
  const MutexLock lock(mutex_);
  while (lines_.empty() && !closed_) {
    taker_sleeps_ = true;
    changed_.wait(mutex_);
  }
  taker_sleeps_ = false;
  if (lines_.empty()) return std::nullopt;
  return pop();
}

QueuedLine LineQueue::pop() {
  QueuedLine line = std::move(lines_.front());
  lines_.pop_front();
  bytes_ -= line.text.size();
  return line;
}

void LineQueue::close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
}

bool LineQueue::has_room() const {
  constexpr std::size_t short_line = 256;
  const MutexLock lock(mutex_);
  return lines_.size() < capacity_ && bytes_ + short_line <= max_bytes_;
}

std::size_t LineQueue::dropped() const {
  const MutexLock lock(mutex_);
  return dropped_;
}

}  // namespace bridge
