#pragma once

#include <memory>
#include <string>

#include "bridge/core/clock.h"
#include "bridge/core/logger.h"
#include "bridge/core/settings.h"
#include "bridge/core/subscriber.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// The connection that listens: Eclipse Paho's async client. Connects while there is something to listen to,
/// keeps itself up (reconnects, backs off, takes the servers in turn, falls back to MQTT 3.1.1), and says in
/// the log how it stands. Its session ends with its connection: whoever listens subscribes in on_connected().
/// A message may be told 150 ms late, since paho's receiving thread sleeps; over WebSocket the second of two
/// packets that came in one frame is read when the next bytes come. Safe from any thread.
class PahoListener : public Subscriber {
 public:
  /// @param client_id Client Identifier of this connection, not empty.
  PahoListener(const MqttSettings& settings, const std::string& client_id, Logger& logger,
               Counters& counters);
  ~PahoListener() override;  // as stop()
  PahoListener(const PahoListener&) = delete;
  PahoListener& operator=(const PahoListener&) = delete;

  /// Starts its thread, which tells `observer`. Once.
  void start(SubscriberObserver& observer);
  /// Sends DISCONNECT and ends the thread; takes at most 1 s. Nobody is told anything afterwards.
  void stop();

  void listen(bool wanted) override;
  void subscribe(const Subscription& subscription, SubscribeDone done) override;
  void unsubscribe(const std::string& topic_filter, SubscribeDone done) override;

  /// @return true while the broker has accepted us and the connection stands.
  bool connected() const;
  /// The time at which its thread last went round; for a watchdog.
  TimePoint last_sign_of_life() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Keeps paho from setting OpenSSL up with all that it has, 1.7 MB of resident memory, for brokers that are
/// spoken to without TLS: OpenSSL does so by itself at its first use. To be called before anything is made of
/// paho.
void leave_openssl_to_itself();

/// Makes paho connect to brokers and not to the proxies that `http_proxy` and `https_proxy` name (to 1.3.13
/// it takes them for every connection, and its public interface has no way to say no). Takes them out of the
/// environment: to be called before the process has a second thread.
void forget_proxies_of_environment();

}  // namespace bridge
