#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "client.h"
#include "listener_log.h"
#include "subscribe_queue.h"

namespace bridge::listener {

/// The connection that listens, as a state machine without a thread or a clock of its own: connects while
/// there is something to listen to, reconnects, falls back to MQTT 3.1.1, takes leave. For one thread.
class ListenerConnection {
 public:
  /// @param client_id of this connection, not empty.
  /// @param random gives numbers from 0 to below 1.
  ListenerConnection(const MqttSettings& settings, std::string client_id, MakeClient make_client,
                     std::function<double()> random, Logger& logger, Counters& counters);

  /// Sets who is told of connections and pauses; to be called before anything else.
  void set_observer(SubscriberObserver& observer) { observer_ = &observer; }
  /// See Subscriber::listen().
  void listen(bool wanted, TimePoint now);
  /// A SUBSCRIBE or UNSUBSCRIBE; its `done` is called once.
  void add(SubscribeQueue::Operation operation, TimePoint now);
  /// An event of one of its clients; those of attempts that were given up are dropped.
  void handle(const Event& event, TimePoint now);
  /// Does what is due. To be called after all events of a turn, and at next_look().
  void look(TimePoint now);
  TimePoint next_look() const;

  /// Sends DISCONNECT if there is a connection; is_gone() when that is done, or at `deadline` by look().
  void say_goodbye(TimePoint deadline);
  bool is_gone() const { return state_ == State::idle; }
  /// Tells all callers that still wait that their operation has ended. The last call.
  void end();
  /// Any thread.
  bool is_connected() const { return state_ == State::connected; }

 private:
  enum class State { idle, connecting, connected, leaving };
  struct KnownClient {
    Client* client = nullptr;
    std::chrono::seconds keepalive{};
  };
  using Key = std::pair<std::size_t, int>;  // server and version

  void attempt(TimePoint now);
  void attempt_failed(const ConnectFailure& failure, TimePoint now);
  KnownClient& client_for(ReconnectPolicy::Target target);
  void give_up(TimePoint now);
  void leave_until(TimePoint deadline);
  bool has_work() const { return wanted_ || !queue_.is_empty(); }
  bool asks_shorter_keepalive(const Connected& event);

  void on(const Connected& event, TimePoint now);
  void on(const Failed& event, TimePoint now);
  void on(const Lost& event, TimePoint now);
  void on(const Left& event, TimePoint now);
  void on(const Answered& event, TimePoint now);

  const MqttSettings settings_;
  const std::string client_id_;
  const std::vector<std::string> uris_;
  const MakeClient make_client_;
  Counters& counters_;
  ListenerLog log_;
  SubscriberObserver* observer_ = nullptr;
  ReconnectPolicy policy_;
  SubscribeQueue queue_;
  std::map<Key, KnownClient> clients_;
  std::atomic<State> state_ = State::idle;
  KnownClient* current_ = nullptr;
  std::uint64_t attempt_ = 0;
  TimePoint deadline_{};     // of connecting and leaving
  TimePoint waits_until_{};  // until then operations wait for the first connection
  bool wanted_ = false;
};

}  // namespace bridge::listener
