#pragma once

#include <chrono>
#include <optional>

#include "bridge/core/clock.h"
#include "bridge/core/session.h"

namespace bridge {

/// Whether what a broker did not take may be taken later: what MQTT 5.0, 3.4.2.1, 3.5.2.1 and 3.7.2.1 say of
/// the broker's state and not of the message.
bool is_transient(int reason_code);

/// The pauses after stored messages that were not taken and may be taken later. In a pause nothing is sent
/// that would overtake them. Behind it one is sent, alone; when it is taken, the others follow.
class Setbacks {
 public:
  static constexpr int most = 10;  // of one message that was sent alone; it is given up then

  /// @param count of this message, with this one.
  void happened(int count, TimePoint now);
  /// None has been taken since the last one.
  bool any() const { return any_; }
  /// In a pause, or while the one behind it has no outcome.
  bool hold(TimePoint now) const { return any_ && (now < until_ || trial_); }
  TimePoint until() const { return until_; }

  /// One of those that must not overtake is sent.
  void sent(PublishId id);
  /// It has ended, one way or another. @return whether it was the one that was sent alone.
  bool ended(PublishId id, bool was_taken);

 private:
  bool any_ = false;
  TimePoint until_{};
  std::optional<PublishId> trial_;
};

}  // namespace bridge
