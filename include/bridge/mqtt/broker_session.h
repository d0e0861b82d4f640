#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bridge/core/logger.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "bridge/loop/loop.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// The session that publishes: an MQTT client of our own on a loop. It connects when started and keeps the
/// connection up until stopped: at once after a loss, then with jitter at most 0.8 s apart for the first
/// minute, then up to 10 s apart; over the servers of the list in turn; with MQTT 5, and with 3.1.1 where the
/// broker refuses 5. A broker that does not answer what is sent to it is given up after at most `dead_after`.
///
/// Messages in flight at a loss are sent again in order, before anything newer, where the broker still has
/// the session (MQTT 5.0, 4.4); else they are told as interrupted, as they are when another server of the
/// list takes over.
class BrokerSession {
 public:
  /// Keeps references to all but the settings, which must have been validated. `client_id` in them must not
  /// be empty. Does not connect yet.
  /// @throws Error invalid_setting for TLS files that cannot be used.
  BrokerSession(const MqttSettings& settings, Loop& loop, Logger& logger, Counters& counters);
  /// Only after the loop has ended, or before it was started.
  ~BrokerSession();
  BrokerSession(const BrokerSession&) = delete;
  BrokerSession& operator=(const BrokerSession&) = delete;

  /// The seam for the relay; for the loop's thread.
  Session& session();

  /// Begins to connect and returns at once. Any thread. `observer` must live as long as the loop runs.
  /// @param is_alone asked on the loop: true if no other connection tells people that the broker is there, so
  ///   that the session logs `Connected successfully` or `Bad connection. Code: …`.
  void start(SessionObserver& observer, std::function<bool()> is_alone);
  /// Says goodbye (the Will's message, then DISCONNECT), for at most 2 s. After it the observer is not
  /// called. Any thread but the loop's.
  void stop();
  /// Reads the TLS files anew, for connections from now on. @return false if there are none. Any thread.
  /// @throws Error invalid_setting if they cannot be used; then the earlier ones go on.
  bool reload();

  /// Any thread.
  bool connected() const;
  /// The reason why it is not connected, in words without secrets; empty if it is. Any thread.
  std::string why_not_connected() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// `client_id` of the settings, or a new one that no other process has.
std::string client_id_of(const MqttSettings& settings);

}  // namespace bridge
