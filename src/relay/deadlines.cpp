#include "deadlines.h"

#include <algorithm>

namespace bridge {

void Deadlines::set(Due& due, TimePoint at, TimePoint now) {
  due.no_longer_due();
  if (earliest_ == TimePoint::max()) reached_ = tick_of(now);
  due.at_ = at;
  insert(due);
  earliest_ = std::min(earliest_, at);
}

/// One that is due after the wheel has turned once waits in the last slot, and is put further on from there.
void Deadlines::insert(Due& due) {
  Due& slot = slot_of(std::clamp(tick_of(due.at_), reached_, reached_ + slots - 1));
  due.previous_ = slot.previous_;
  due.next_ = &slot;
  slot.previous_->next_ = &due;
  slot.previous_ = &due;
}

Due* Deadlines::next_due(TimePoint now) {
  if (now < earliest_) return nullptr;
  const Tick last = std::max(reached_, tick_of(now));
  for (reached_ = std::max(reached_, last - slots + 1);; ++reached_) {
    if (Due* const found = due_here(now)) return found;
    if (reached_ == last) break;
  }
  find_earliest();
  return nullptr;
}

/// Looks in the slot that is reached, which may also hold what is due at a later turn of the wheel.
Due* Deadlines::due_here(TimePoint now) {
  Due& slot = slot_of(reached_);
  for (Due* due = slot.next_; due != &slot;) {
    Due* const next = due->next_;
    if (due->at_ <= now) {
      due->no_longer_due();
      return due;
    }
    if (tick_of(due->at_) > reached_) {
      due->no_longer_due();
      insert(*due);
    }
    due = next;
  }
  return nullptr;
}

/// Looks as far as there may be one that is due sooner than what was found: none is due before its slot.
void Deadlines::find_earliest() {
  earliest_ = TimePoint::max();
  for (Tick tick = reached_; tick < reached_ + slots; ++tick) {
    if (earliest_ < TimePoint(tick * slot_time)) return;
    Due& slot = slot_of(tick);
    for (const Due* due = slot.next_; due != &slot; due = due->next_)
      earliest_ = std::min(earliest_, due->at_);
  }
}

}  // namespace bridge
