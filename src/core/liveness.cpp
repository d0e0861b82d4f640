#include "bridge/core/liveness.h"

#include <algorithm>

namespace bridge {

void Liveness::begin(TimePoint now) {
  *this = Liveness(limit_);
  heard_at_ = now;  // the CONNACK
  if (limit_.count() > 0) next_look_ = now + limit_ / 4;
}

Liveness::Action Liveness::look(TimePoint now, const Signs& signs) {
  note(now, signs, signs.received > received_ || signs.probe_answered);
  const Action action = probing_ ? wait_for_answer(now, signs) : probe_if_due(now);
  tcp_acked_ = signs.tcp_acked;
  return action;
}

Liveness::Action Liveness::probe_if_due(TimePoint now) {
  // not at the first sight of it: most answers are on their way
  const TimePoint due = std::max(heard_at_ + limit_ / 4, silent_since_ + limit_ / 16);
  if (!unproven_ || now < due) {
    next_look_ = unproven_ ? due : now + limit_ / 4;
    return Action::none;
  }
  probing_ = true;
  probed_at_ = now;
  probe_waited_ = false;
  queued_before_probe_.reset();
  next_look_ = now + limit_ / 16;
  return Action::probe;
}

void Liveness::note(TimePoint now, const Signs& signs, bool heard) {
  if (heard) {
    heard_at_ = signs.received > received_ ? std::max(heard_at_, signs.received_at) : now;
    received_ = signs.received;
    probing_ = false;
    unproven_ = false;
  }
  if (signs.handed_over && !unproven_) {
    unproven_ = true;
    silent_since_ = now;
  }
}

Liveness::Action Liveness::wait_for_answer(TimePoint now, const Signs& signs) {
  const bool late = now - next_look_ > limit_ / 4;
  if (probe_still_in_transit(signs) || late) probed_at_ = now;
  const TimePoint end = probed_at_ + limit_ / 2;
  if (now < end) {
    next_look_ = std::min(end, now + limit_ / 16);
    return Action::none;
  }
  next_look_ = TimePoint::max();
  return Action::give_up;
}

/// @return true if the probe has not reached the broker's side yet: the broker is not to blame.
bool Liveness::probe_still_in_transit(const Signs& signs) {
  const std::uint64_t left = signs.tcp_acked - tcp_acked_;
  if (!signs.probe_written) {
    probe_waited_ = true;
    return signs.queued == 0 || left > 0;
  }
  if (!queued_before_probe_) {
    queued_before_probe_ = signs.queued;
    return probe_waited_;
  }
  const bool leaving = left > 0 && *queued_before_probe_ > 0;
  *queued_before_probe_ -= std::min(*queued_before_probe_, left);
  return leaving;
}

}  // namespace bridge
