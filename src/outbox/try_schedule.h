#pragma once

#include <algorithm>
#include <chrono>

namespace bridge {

/// When the outbox looks after its disk: every second, and while it accepts nothing every 250 ms. A slow disk
/// is spared, but one slow look does not make it one.
class TrySchedule {
 public:
  using Clock = std::chrono::steady_clock;

  Clock::time_point next() const { return next_; }
  bool is_due() const { return Clock::now() >= next_; }
  void look_now() { next_ = Clock::now(); }
  void look_soon() {
    next_ = std::min(next_, Clock::now() + std::max<Clock::duration>(between_tries, pause()));
  }
  void looked(Clock::time_point began) {
    before_last_ = last_;
    last_ = Clock::now() - began;
    next_ = began + between_looks;
  }

 private:
  static constexpr std::chrono::milliseconds between_tries{250};
  static constexpr std::chrono::seconds between_looks{1};

  Clock::duration pause() const { return 4 * std::min(last_, before_last_); }

  Clock::time_point next_ = Clock::now() + between_looks;
  Clock::duration last_{}, before_last_{};  // how long a look took
};

}  // namespace bridge
