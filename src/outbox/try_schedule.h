#pragma once

#include <algorithm>
#include <chrono>

namespace bridge {

/// Decides when the outbox looks after its disk: every second, and every 250 ms while it accepts nothing. A
/// slow disk is asked less often; the faster of the last two looks counts, so that one slow look makes no
/// slow disk.
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
