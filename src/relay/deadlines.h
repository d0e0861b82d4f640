#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bridge/core/clock.h"

namespace bridge {

/// Something that is due at a time. It leaves the deadlines by itself when it is destroyed.
class Due {
 public:
  Due() = default;
  ~Due() { no_longer_due(); }
  Due(const Due&) = delete;
  Due& operator=(const Due&) = delete;

  /// Leaves the deadlines.
  void no_longer_due() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 private:
  friend class Deadlines;

  Due* previous_ = this;  // in its slot, a ring
  Due* next_ = this;
  TimePoint at_{};
};

/// Finds out what is due: a timing wheel (Varghese, Lauck). Adding and removing take the same time however
/// many wait, and whatever waits their callers choose.
class Deadlines {
 public:
  /// Makes `due` due at `at`, in place of any time that was set before. It must be destroyed before this.
  void set(Due& due, TimePoint at, TimePoint now);
  /// Takes out one that is due; null if there is none.
  Due* next_due(TimePoint now);
  /// A time before which nothing is due; TimePoint::max() if nothing is at all.
  TimePoint earliest() const { return earliest_; }

 private:
  static constexpr std::chrono::milliseconds slot_time{16};
  static constexpr std::int64_t slots = 512;
  using Tick = std::int64_t;  // slot_time since the clock's epoch

  static Tick tick_of(TimePoint at) { return at.time_since_epoch() / slot_time; }
  Due& slot_of(Tick tick) { return wheel_[static_cast<std::size_t>(tick % slots)]; }
  void insert(Due& due);
  Due* due_here(TimePoint now);
  void find_earliest();

  std::array<Due, slots> wheel_;  // the beginning of each ring
  Tick reached_ = 0;              // in the slots before there is nothing
  TimePoint earliest_ = TimePoint::max();
};

}  // namespace bridge
