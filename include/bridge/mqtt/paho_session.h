#pragma once

#include <chrono>
#include <memory>

#include "bridge/core/logger.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// A Session on the paho client library. It connects when started and keeps the connection up until stopped:
/// at once after a loss, then with jitter at most 1 s apart for the first minute, then up to 10 s apart; over
/// the servers of the list in turn; with MQTT 5, and with 3.1.1 where the broker refuses 5.
///
/// A broker that does not answer what is sent to it is given up after at most `dead_after`, as if it had
/// closed the connection.
///
/// What is in flight at a loss: with MQTT 5 the session is resumed, and a message of QoS 1 or 2 stays under
/// way until the next connection acknowledges it. It is `interrupted` when the broker no longer has the
/// session, when another server takes over, with 3.1.1, and where resuming would lose the connection again at
/// once (a topic that mosquitto forbids). QoS 0, SUBSCRIBE and UNSUBSCRIBE end at the loss, and
/// so does what the library had not yet begun to write. An interrupted message may have arrived.
class PahoSession : public Session {
 public:
  /// Keeps references to `logger` and `counters`. `settings` must have been validated; `client_id` in it
  /// may be empty: then one is made, unique per process. Does not connect yet.
  PahoSession(const MqttSettings& settings, Logger& logger, Counters& counters);
  ~PahoSession() override;
  PahoSession(const PahoSession&) = delete;
  PahoSession& operator=(const PahoSession&) = delete;

  /// Begins to connect and returns at once. `listener` must live until stop() has returned.
  void start(SessionListener& listener);
  /// Sends DISCONNECT, waits for it for at most 2 s. After it no listener is called.
  void stop();

  int publish(PublishId id, const Message& message) override;
  void send_published() override;
  void subscribe(const Subscription& subscription, SubscribeDone done) override;
  void unsubscribe(const std::string& topic_filter, SubscribeDone done) override;

  bool connected() const;
  /// When the session's own thread last went round its loop: it does at least once a second, also while
  /// the broker is away. For a watchdog.
  std::chrono::steady_clock::time_point last_sign_of_life() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace bridge
