#pragma once

#include <chrono>

#include "bridge/core/clock.h"
#include "bridge/core/message.h"
#include "loss_set.h"

namespace bridge {

/// The state of the connection to the broker, and since when it is so.
class BrokerLink {
 public:
  /// How long messages of QoS 1 and 2 wait for the connection to come back: a broker that closes on one
  /// caller's forbidden topic is back within milliseconds, and the others need not notice.
  static constexpr std::chrono::seconds reconnect_grace{1};

  void connected(TimePoint now) {
    up_ = true;
    since_ = now;
  }
  void lost(TimePoint now) {
    up_ = false;
    ++losses_;
    since_ = now;
  }

  bool is_up() const { return up_; }
  LossNumber last_loss() const { return losses_; }
  /// Away, and for so short a time that a message of this QoS waits for the connection.
  bool may_be_back(QoS qos, TimePoint now) const {
    return qos != QoS::at_most_once && losses_ > 0 && !up_ && now < grace_ends();
  }
  TimePoint grace_ends() const { return since_ + reconnect_grace; }

 private:
  bool up_ = false;
  LossNumber losses_ = 0;
  TimePoint since_{};
};

}  // namespace bridge
