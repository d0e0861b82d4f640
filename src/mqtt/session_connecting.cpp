// How SessionLoop's thread connects, reconnects, and takes its leave.

#include <utility>

#include "bridge/core/error.h"
#include "bridge/core/reason_code.h"
#include "bridge/core/server_uri.h"
#include "session_loop.h"

namespace bridge::mqtt {
namespace {

using namespace std::chrono_literals;

/// How long after its own timeout the library may be silent about an attempt: it may sit in a resolver. Past
/// it, that client is not used again.
constexpr auto patience = 60s;
constexpr auto longest_farewell = 2s;
constexpr auto longest_last_words = 1s;
/// A connection lost sooner than this, after it sent again what was in flight, was lost to that.
constexpr auto short_life = 2s;
constexpr int version_refused_3 = 1;    // CONNACK of MQTT 3.1.1 (3.2.2.3)
constexpr int version_refused_5 = 132;  // and of MQTT 5.0 (3.2.2.2)
constexpr int session_taken_over = 142;

ReconnectPolicy::Failure kind_of(const ConnectFailure& failure) {
  using Kind = ReconnectPolicy::Failure;
  if (failure.code == version_refused_3 || failure.code == version_refused_5) return Kind::version_refused;
  if (failure.code > 0) return Kind::refused;
  return failure.closed_silently ? Kind::closed_silently : Kind::unreachable;
}

bool is_publish(const Operation& operation) {
  return operation.kind == Operation::Kind::publish || operation.kind == Operation::Kind::own_publish;
}

bool is_subscription(const Operation& operation) {
  return operation.kind == Operation::Kind::subscribe || operation.kind == Operation::Kind::unsubscribe;
}

}  // namespace

void SessionLoop::attempt() {
  policy_.attempting(now());
  try {
    current_ = &client_for(policy_.target());
  } catch (const Error& error) {
    attempt_failed({error.wire_code(), false, {}}, ReconnectPolicy::Failure::unreachable);
    return;
  }
  log_.connecting(*current_, client_id_);
  state_ = State::connecting;
  deadline_ = now() + settings_.connect_timeout + patience;
  const int result = current_->connect(settings_, current_ != last_connected_, ++attempts_);
  if (result != MQTTASYNC_SUCCESS) {
    attempt_failed({result, false, {}}, ReconnectPolicy::Failure::unreachable);
  }
}

PahoClient& SessionLoop::client_for(ReconnectPolicy::Target target) {
  PahoClient*& client = clients_[{target.server, target.version}];
  if (client == nullptr) {
    client = &PahoClient::create(
        {uris_[target.server], target.version, true, client_id_, alpn_list(settings_.tls.alpn)},
        weak_from_this());
  }
  return *client;
}

void SessionLoop::give_up() {
  if (state_ == State::leaving) {
    state_ = State::idle;
    return;
  }
  const auto target = policy_.target();
  clients_.erase({target.server, target.version});
  end_interrupted(current_, false);
  attempt_failed({MQTTASYNC_FAILURE, false, {}}, ReconnectPolicy::Failure::unreachable);
}

void SessionLoop::attempt_failed(const ConnectFailure& failure, ReconnectPolicy::Failure kind) {
  state_ = State::idle;
  log_.bad_connection(now(), failure, speaks_tls(uris_[policy_.target().server]));
  if (policy_.failed(now(), kind)) log_.falling_back();
}

void SessionLoop::on(const Connected& event) {
  if (state_ != State::connecting || event.attempt != attempts_) {  // given up, and come after all
    event.client->disconnect();
    return;
  }
  if (policy_.connected(now())) {
    leave_and_ask_again();
    return;
  }
  if (last_connected_ != nullptr && last_connected_ != current_) end_interrupted(last_connected_, false);
  last_connected_ = current_;
  announce(event.limits);
}

void SessionLoop::leave_and_ask_again() {
  log_.asking_again();
  deadline_ = now() + longest_farewell;
  state_ = current_->disconnect() == MQTTASYNC_SUCCESS ? State::leaving : State::idle;
}

void SessionLoop::announce(const BrokerLimits& limits) {
  state_ = State::connected;
  gave_up_ = false;
  connected_at_ = now();
  watch_.begin(connected_at_);
  expect_pings();
  refused_publish_ = false;
  // what was in flight has been sent again by now
  has_published_ = Operations::of_process().any_of(
      [this](const Operation& each) { return each.client == current_ && is_publish(each); });
  counters_.mqtt_connects.add();
  log_.connected(limits, settings_.version);
  live_ = current_;
  listener_->on_connected(limits);
  publish_own(*current_, settings_.birth);
}

/// The library pings as often as we asked for, whatever the broker says. A broker that wants to hear from us
/// more often (MQTT 5.0, 3.2.2.3.14) would close the connection again and again.
void SessionLoop::expect_pings() {
  const std::chrono::seconds wanted = current_->server_keep_alive();
  const bool more_often = wanted > 0s && (settings_.keepalive == 0s || wanted < settings_.keepalive);
  next_ping_ = more_often ? now() + std::chrono::milliseconds(wanted) * 3 / 4 : TimePoint::max();
}

/// An UNSUBSCRIBE, as BrokerWatch has it.
void SessionLoop::ping() {
  watch_.ping(*current_);
  expect_pings();
}

/// What is under way stays so, as after any loss. That live() is null does not wait for the library to
/// notice.
void SessionLoop::look_at_broker() {
  if (!watch_.look(*current_, now())) return;
  gave_up_ = true;
  live_ = nullptr;
  log_.gave_up(now() - watch_.silent_since());
  broker_socket().shut_down();
}

void SessionLoop::on(const Failed& event) {
  if (state_ != State::connecting || event.attempt != attempts_) return;
  attempt_failed(event.failure, kind_of(event.failure));
}

void SessionLoop::on(const Disconnected& event) {
  if (state_ == State::leaving && event.client == current_) state_ = State::idle;
}

void SessionLoop::on(const Lost& event) {
  if (event.client != current_) return;
  switch (state_) {
    case State::idle:
      break;
    case State::leaving:
      state_ = State::idle;
      break;
    case State::connecting:
      attempt_failed({MQTTASYNC_DISCONNECTED, false, {}}, ReconnectPolicy::Failure::unreachable);
      break;
    case State::connected:
      state_ = State::idle;
      live_ = nullptr;
      counters_.mqtt_connection_losses.add();
      if (!gave_up_) log_.lost(event.reason_code);
      event.client->wait_for_callbacks();
      { const std::lock_guard until_the_last_is_in(publishing_); }
      event.client->drop_queued();
      end_what_was_lost(event.client);
      listener_->on_disconnected();
      plan_reconnect(event.reason_code);
      break;
  }
}

void SessionLoop::end_what_was_lost(const PahoClient* client) {
  const bool forget = should_forget(client);
  if (forget) last_connected_ = nullptr;
  end_interrupted(client, !forget);
}

/// Whether to start the session anew (Clean Start), and not to let the library repeat what was in flight. It
/// repeats all of it at once, and mosquitto closes the connection at a topic it forbids, with a reset that
/// drops its own PUBACK if more lies behind: the same would happen again and again. What is then told as
/// interrupted can be sent again with more care. The price: messages for us that the broker kept in the
/// session.
bool SessionLoop::should_forget(const PahoClient* client) const {
  const auto in_flight = [&](QoS qos) {
    return Operations::of_process().any_of(
        [&](const Operation& each) { return each.client == client && is_publish(each) && each.qos == qos; });
  };
  if (now() - connected_at_ < short_life && !gave_up_)
    return in_flight(QoS::at_least_once) || in_flight(QoS::exactly_once);
  // one refusal is known: others in flight may be for the same topic. A message of QoS 2 needs its session.
  return refused_publish_ && in_flight(QoS::at_least_once) && !in_flight(QoS::exactly_once);
}

void SessionLoop::plan_reconnect(int reason_code) {
  using Loss = ReconnectPolicy::Loss;
  Loss loss = has_published_ ? Loss::after_publish : Loss::unprovoked;
  if (refused_publish_) loss = Loss::after_refusal;
  if (reason_code == session_taken_over) loss = Loss::taken_over;
  const TimePoint at = now();
  if (!policy_.lost(at, loss)) return;
  log_.taken_over(loss == Loss::taken_over,
                  std::chrono::duration_cast<std::chrono::seconds>(policy_.next_attempt() - at));
}

void SessionLoop::on(const OwnPublishEnded& event) { log_.own_message_failed(event.outcome); }

/// Tells the end of what `client` has under way. Without a future are, after a loss: a QoS 0 message (nothing
/// repeats it, and the library forgets to tell of one that was half written), and a SUBSCRIBE or UNSUBSCRIBE
/// (no broker answers it in a later connection).
void SessionLoop::end_interrupted(const PahoClient* client, bool only_those_without_future) {
  const auto ended = Operations::of_process().take_if([&](const Operation& each) {
    const bool future = is_publish(each) && each.qos != QoS::at_most_once;
    return each.client == client && (is_publish(each) || is_subscription(each)) &&
           !(only_those_without_future && future);
  });
  for (const Operation& each : ended) {
    if (is_publish(each)) {
      publish_ended(each, {PublishOutcome::Kind::interrupted, 0});
    } else {
      subscribe_ended(each, client_code::connection_lost);
    }
  }
}

bool SessionLoop::publish_own(PahoClient& client, const StatusMessage& status) {
  if (status.topic.empty()) return false;
  Message message;
  message.topic_name = status_topic(status, client_id_);
  message.payload = status.payload;
  message.qos = status.qos;
  message.retain = status.retain;
  return client.publish(Operation::Kind::own_publish, 0, message) == MQTTASYNC_SUCCESS;
}

void SessionLoop::say_goodbye() {
  const TimePoint deadline = now() + longest_farewell;
  if (PahoClient* client = live_.exchange(nullptr)) {
    // a DISCONNECT makes the broker drop the Will (MQTT 5.0, 3.14.4): a clean end is told by ourselves
    if (publish_own(*client, settings_.will)) await<OwnPublishEnded>(now() + longest_last_words);
    if (client->disconnect() == MQTTASYNC_SUCCESS) await<Disconnected>(deadline);
  }
  for (const auto& each_client : clients_) {
    const auto left = Operations::of_process().take_if(
        [&](const Operation& each) { return each.client == each_client.second; });
    for (const Operation& each : left) {
      if (is_subscription(each)) subscribe_ended(each, client_code::connection_lost);
    }
  }
}

template <typename Awaited>
void SessionLoop::await(TimePoint deadline) {
  while (now() < deadline) {
    const auto event = next_event(deadline);
    if (event && (std::holds_alternative<Awaited>(*event) || std::holds_alternative<Lost>(*event))) return;
  }
}

}  // namespace bridge::mqtt
