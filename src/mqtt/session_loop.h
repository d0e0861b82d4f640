#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

#include "bridge/core/reconnect_policy.h"
#include "bridge/metrics/counters.h"
#include "broker_watch.h"
#include "paho_client.h"
#include "session_log.h"

namespace bridge::mqtt {

/// The thread that connects, and the meeting point of the library's threads with it. The library's callbacks
/// hold the library's lock; they only take a note here (lock order: the library's, then ours). The thread
/// calls the library while it holds nothing.
///
/// What may block: the library resolves host names while it holds its lock, for as long as the resolver
/// takes. The thread therefore leaves the library alone from the start of an attempt to its report, so that
/// its own loop, and last_sign_of_life(), go on meanwhile.
class SessionLoop : public PahoClientListener, public std::enable_shared_from_this<SessionLoop> {
 public:
  using TimePoint = ReconnectPolicy::TimePoint;

  SessionLoop(const MqttSettings& settings, Logger& logger, Counters& counters);

  void start(SessionListener& listener);
  void stop();
  TimePoint last_sign_of_life() const { return last_sign_of_life_.load(); }
  /// The client with a live connection, or null. Clients live for ever.
  PahoClient* live() const { return live_.load(); }
  /// Held while a message is handed to the library: at a loss it is waited for, so that nothing comes into
  /// the library's queue after it has been emptied.
  std::mutex& publishing() { return publishing_; }
  void note_publish(QoS qos) {
    has_published_.store(true, std::memory_order_relaxed);
    if (qos == QoS::at_most_once) watch_.note_handed_over();
  }

  bool connect_succeeded(PahoClient& client, std::uint64_t attempt, const BrokerLimits& limits) override;
  void connect_failed(std::uint64_t attempt, const ConnectFailure& failure) override;
  void disconnected(PahoClient& client) override;
  void connection_lost(PahoClient& client, int reason_code) override;
  void publish_ended(const Operation& operation, PublishOutcome outcome) override;
  void publishes_accepted(std::span<const PublishEnd> ends) override;
  void subscribe_ended(const Operation& operation, int code) override;
  void message_arrived(Message message) override;

 private:
  static TimePoint now() { return ReconnectPolicy::Clock::now(); }
  struct Connected {
    PahoClient* client;
    std::uint64_t attempt;
    BrokerLimits limits;
  };
  struct Failed {
    std::uint64_t attempt;
    ConnectFailure failure;
  };
  struct Disconnected {
    PahoClient* client;
  };
  struct Lost {
    PahoClient* client;
    int reason_code;
  };
  struct OwnPublishEnded {
    PublishOutcome outcome;
  };
  using Event = std::variant<Connected, Failed, Disconnected, Lost, OwnPublishEnded>;
  enum class State { idle, connecting, connected, leaving };

  void run();
  void run_once();
  void post(Event event);
  /// The next event, or none by the time `until` or when told to stop.
  std::optional<Event> next_event(TimePoint until);
  TimePoint wake_up_time() const;

  void attempt();
  PahoClient& client_for(ReconnectPolicy::Target target);
  void give_up();
  bool is_watching() const { return state_ == State::connected && !gave_up_; }
  void look_at_broker();
  void expect_pings();
  void ping();
  void on(const Connected& event);
  void on(const Failed& event);
  void on(const Disconnected& event);
  void on(const Lost& event);
  void on(const OwnPublishEnded& event);
  void attempt_failed(const ConnectFailure& failure, ReconnectPolicy::Failure kind);
  void leave_and_ask_again();
  void announce(const BrokerLimits& limits);
  void plan_reconnect(int reason_code);
  void end_what_was_lost(const PahoClient* client);
  bool should_forget(const PahoClient* client) const;
  void end_interrupted(const PahoClient* client, bool only_those_without_future);
  bool publish_own(PahoClient& client, const StatusMessage& status);
  void say_goodbye();
  template <typename Awaited>
  void await(TimePoint deadline);

  template <typename Action>
  void with_listener(Action action) {
    const std::lock_guard lock(listener_mutex_);
    if (listener_ != nullptr) action(*listener_);
  }

  const MqttSettings settings_;
  const std::string client_id_;
  const std::vector<std::string> uris_;
  Counters& counters_;
  SessionLog log_;
  ReconnectPolicy policy_;
  BrokerWatch watch_;

  // the session thread's own
  State state_ = State::idle;
  std::map<std::pair<std::size_t, int>, PahoClient*> clients_;
  PahoClient* current_ = nullptr;         // of the attempt or connection
  PahoClient* last_connected_ = nullptr;  // whose session is to be resumed; null: none
  TimePoint connected_at_{};
  std::uint64_t attempts_ = 0;
  TimePoint deadline_{};  // of the attempt, or of leaving
  TimePoint next_ping_ = TimePoint::max();
  bool gave_up_ = false;  // this connection: the broker had fallen silent

  std::atomic<PahoClient*> live_ = nullptr;
  std::mutex publishing_;
  std::atomic<bool> has_published_ = false;    // on this connection
  std::atomic<bool> refused_publish_ = false;  // likewise
  std::atomic<TimePoint> last_sign_of_life_;
  std::atomic<bool> stopping_ = false;

  std::mutex events_mutex_;
  std::condition_variable events_changed_;
  std::deque<Event> events_;

  std::mutex listener_mutex_;  // held while the library's threads call the listener
  SessionListener* listener_ = nullptr;
  std::thread thread_;
};

}  // namespace bridge::mqtt
