#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "../protocol/client_protocol.h"
#include "../transport/connector.h"
#include "bridge/core/clock.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "broker_probe.h"
#include "connection_attempts.h"
#include "connection_log.h"
#include "own_messages.h"
#include "renamed_topics.h"
#include "session_host.h"
#include "wire.h"

namespace bridge::mqtt {

/// The session's state machine: joins attempts, wire and protocol, and tells the observer. It has no thread
/// and no I/O of its own.
class SessionDriver : public Session, private ProtocolEvents {
 public:
  /// Keeps references to all but the settings.
  SessionDriver(const MqttSettings& settings, SessionHost& host, const Clock& clock, Logger& logger,
                Counters& counters);

  /// @param is_alone see ConnectionLog::tell_outcomes_if().
  void start(SessionObserver& observer, std::function<bool()> is_alone);
  /// Begins the farewell; `done` is called when it is over, after 2 s at the latest. The observer is not
  /// asked for messages any more.
  void stop(std::function<void()> done);

  // From the host.
  void opened(ConnectResult result);
  void on_time();
  void turn();

  // Session
  bool takes(QoS qos) const override;
  void publish(Outgoing& message) override;
  void abandon(Outgoing& message) override;
  void confirm_written(std::function<void(bool arrived)> done) override;
  void ask_for_turn() override;

  bool is_connected() const { return phase_.state == State::connected; }
  const ConnectionLog& log() const { return log_; }

 private:
  enum class State {
    idle,         // until the next attempt
    opening,      // a transport
    handshaking,  // CONNECT is on its way
    connected,
    last_words,  // the message of the Will is on its way, published by us
    leaving,     // DISCONNECT is
    stopped,
  };

  struct Phase {
    State state = State::idle;
    TimePoint ends = TimePoint::max();
  };
  struct ThisConnection {
    TimePoint since{};
    std::optional<ConnackReceived> connack;  // received, and not yet acted upon
    bool has_published = false;              // a close may be the broker's answer to that
  };
  struct Ending {
    std::optional<ConnectionLoss> due;  // set while the broker's last packet is to end the connection
    std::string words;                  // the broker's, or what is known of the end
  };
  struct Turns {
    TimePoint due = TimePoint::max();  // of the next, as on_turn() said
    mutable bool turned_away = false;  // takes() said no: the observer has more
  };

  // ProtocolEvents
  void on_connack(const ConnackReceived& connack) override;
  void on_published(std::span<const PublishEnd> ends) override;
  void on_unanswered(Outgoing& message) override;
  void on_lowered_qos() override;
  void on_suback(std::uint64_t request, std::span<const std::uint8_t> reason_codes) override;
  void on_unsuback(std::uint64_t request, std::span<const std::uint8_t> reason_codes) override;
  void on_message(const Publish& publish) override;
  void on_pong() override;
  void on_disconnect(std::uint8_t reason_code, std::string_view reason_string) override;
  void on_fault(std::uint8_t reason_code, std::string_view words) override;

  // From the transport.
  void received(std::string_view bytes);
  void closed(const TransportEnd& end);

  void attempt();
  void attempt_failed(ReconnectPolicy::Failure kind, const std::string& words);
  void answered(const ConnackReceived& connack);
  void refused(const ConnackReceived& connack);
  void leave_attempt();
  void end_connection();
  void lost(ConnectionLoss loss);
  void plan_reconnect(const ConnectionLoss& loss, bool provoked);
  void look_at_broker(TimePoint now);
  void publish_own();
  void flush();
  void enter(State state, TimePoint until = TimePoint::max());
  void schedule();
  void go_on_leaving();
  void finish();

  const MqttSettings settings_;
  SessionHost& host_;
  const Clock& clock_;
  Counters& counters_;
  ConnectionLog log_;
  RenamedTopics renamed_topics_;
  ConnectionAttempts attempts_;
  BrokerProbe probe_;
  OwnMessages own_messages_;
  ClientProtocol protocol_;
  Wire wire_;
  SessionObserver* observer_ = nullptr;
  Phase phase_;
  ThisConnection connection_;
  Ending ending_;
  Turns turns_;
  std::function<void()> on_left_;  // set by stop()
};

}  // namespace bridge::mqtt
