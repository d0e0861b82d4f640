#include "keep_alive.h"

namespace bridge::mqtt {

void KeepAlive::begin(std::chrono::seconds keep_alive, TimePoint now) {
  keep_alive_ = keep_alive;
  silent_since_ = now;
}

void KeepAlive::end() {
  keep_alive_ = {};
  unanswered_.clear();
}

TimePoint KeepAlive::deadline() const {
  if (keep_alive_.count() == 0) return TimePoint::max();
  return silent_since_ + std::chrono::milliseconds(keep_alive_) * 3 / 4;
}

void KeepAlive::on_time(TimePoint now) {
  if (now < deadline()) return;
  silent_since_ = now;
  if (output_.empty()) send(false);
}

void KeepAlive::send(bool is_told) {
  const std::uint64_t end = output_.add(Pingreq{});
  if (end != OutputQueue::never) unanswered_.push_back({end, is_told});
}

std::optional<KeepAlive::Answered> KeepAlive::pingresp() {
  if (unanswered_.empty() || unanswered_.front().position > output_.written()) return std::nullopt;
  const Answered answered = unanswered_.front();
  unanswered_.pop_front();
  return answered;
}

}  // namespace bridge::mqtt
