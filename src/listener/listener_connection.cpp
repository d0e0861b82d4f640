#include "listener_connection.h"

#include <algorithm>
#include <utility>

#include "bridge/core/error.h"
#include "bridge/core/reason_code.h"
#include "bridge/core/server_scheme.h"
#include "bridge/core/server_uri.h"
#include "connect_failure.h"

namespace bridge::listener {
namespace {

using namespace std::chrono_literals;
using Failure = ReconnectPolicy::Failure;

/// Time that paho has beyond connect_timeout to end an attempt: it may wait for a resolver. A client that
/// needs longer is not used again.
constexpr auto patience_with_paho = 60s;
constexpr auto longest_leave = 1s;

}  // namespace

ListenerConnection::ListenerConnection(const MqttSettings& settings, std::string client_id,
                                       MakeClient make_client, std::function<double()> random, Logger& logger,
                                       Counters& counters)
    : settings_(settings),
      client_id_(std::move(client_id)),
      uris_(server_uris(settings)),
      make_client_(std::move(make_client)),
      counters_(counters),
      log_(logger),
      policy_(uris_.size(), settings.version, std::move(random), ReconnectPolicy::AskAgain::after_loss) {}

void ListenerConnection::listen(bool wanted, TimePoint now) {
  if (wanted && !has_work() && state_ != State::connected) waits_until_ = now + settings_.connect_timeout;
  wanted_ = wanted;
}

/// Without a connection an operation is refused at once. If there was nothing to listen to so far, a
/// connection is made for the operation, which waits for it.
void ListenerConnection::add(SubscribeQueue::Operation operation, TimePoint now) {
  if (!has_work() && state_ != State::connected) waits_until_ = now + settings_.connect_timeout;
  if (queue_.is_connected() || now < waits_until_) return queue_.add(std::move(operation), now);
  operation.done({SubscribeOutcome::Kind::not_connected, 0});
}

void ListenerConnection::look(TimePoint now) {
  if (!queue_.is_connected() && now >= waits_until_) queue_.fail_waiting();
  if ((state_ == State::connecting || state_ == State::leaving) && now >= deadline_) give_up(now);
  if (state_ == State::connected && !has_work()) {
    log_.nothing_to_listen_to();
    queue_.left();
    leave_until(now + longest_leave);
    observer_->on_disconnected();
  }
  if (state_ == State::idle && has_work() && now >= policy_.next_attempt()) attempt(now);
  if (queue_.pauses().take_ended(now)) observer_->on_pause_ended();
  queue_.send_next(now);
}

TimePoint ListenerConnection::next_look() const {
  TimePoint next = queue_.pauses().next_end().value_or(TimePoint::max());
  if (state_ == State::idle && has_work()) next = std::min(next, policy_.next_attempt());
  if (state_ == State::connecting || state_ == State::leaving) next = std::min(next, deadline_);
  return next;
}

void ListenerConnection::attempt(TimePoint now) {
  const auto target = policy_.target();
  policy_.attempting(now);
  try {
    current_ = &client_for(target);
  } catch (const Error& error) {
    log_.cannot_try(error.what());
    return attempt_failed({client_failure, Failure::unreachable}, now);
  }
  log_.connecting(uris_[target.server], target.version, client_id_);
  state_ = State::connecting;
  deadline_ = now + settings_.connect_timeout + patience_with_paho;
  if (const int code = current_->client->connect(++attempt_, current_->keepalive); code != 0)
    attempt_failed({code, Failure::unreachable}, now);
}

ListenerConnection::KnownClient& ListenerConnection::client_for(ReconnectPolicy::Target target) {
  KnownClient& known = clients_[{target.server, target.version}];
  if (known.client == nullptr)
    known = {&make_client_(uris_[target.server], target.version), settings_.keepalive};
  return known;
}

void ListenerConnection::give_up(TimePoint now) {
  if (state_.exchange(State::idle) == State::leaving) return;
  const auto target = policy_.target();
  clients_.erase({target.server, target.version});
  attempt_failed({client_failure, Failure::unreachable}, now);
}

/// If the server may only lack MQTT 5, it is asked for 3.1.1 first; the log has a warning if that fails,
/// too.
void ListenerConnection::attempt_failed(const ConnectFailure& failure, TimePoint now) {
  state_ = State::idle;
  const auto target = policy_.target();
  const bool may_fall_back =
      settings_.version == 5 && target.version == 5 &&
      (failure.kind == Failure::version_refused || failure.kind == Failure::closed_silently);
  if (may_fall_back)
    log_.falling_back(failure);
  else
    log_.bad_connection(now, failure, speaks_tls(uris_[target.server]));
  policy_.failed(now, failure.kind);
  const bool tries_on_at_once = policy_.next_attempt() <= now || may_fall_back;
  if (!tries_on_at_once) waits_until_ = now;
}

void ListenerConnection::on(const Connected& event, TimePoint now) {
  if (state_ != State::connecting) return;
  policy_.connected(now);
  if (asks_shorter_keepalive(event)) return leave_until(now + longest_leave);
  state_ = State::connected;
  counters_.mqtt_connects.add();
  log_.connected(event.limits);
  queue_.connected(*current_->client, event.limits, now);
  observer_->on_connected(event.limits);
}

/// A broker may want to hear from us more often than we said (MQTT 5.0, 3.2.2.3.14). paho does not heed
/// that: it pings as often as connect() told it to, so the listener connects once more.
bool ListenerConnection::asks_shorter_keepalive(const Connected& event) {
  const auto wanted = event.server_keep_alive.value_or(0s);
  std::chrono::seconds& asked = current_->keepalive;
  if (wanted == 0s || (asked != 0s && asked <= wanted)) return false;
  asked = wanted;
  return true;
}

void ListenerConnection::on(const Failed& event, TimePoint now) {
  if (state_ == State::connecting) attempt_failed(event.failure, now);
}

void ListenerConnection::on(const Left&, TimePoint) {
  if (state_ == State::leaving) state_ = State::idle;
}

void ListenerConnection::on(const Lost& event, TimePoint now) {
  if (state_ == State::leaving) state_ = State::idle;
  if (state_ == State::connecting && event.reason_code >= 0)
    attempt_failed({event.reason_code, Failure::refused}, now);
  else if (state_ == State::connecting)
    attempt_failed({client_failure, Failure::closed_silently}, now);
  if (state_ != State::connected) return;
  state_ = State::idle;
  counters_.mqtt_connection_losses.add();
  const bool at_subscribe = queue_.may_be_at_fault(now);
  log_.lost(event.reason_code, at_subscribe);
  queue_.lost(event.reason_code, now);
  observer_->on_disconnected();
  using Loss = ReconnectPolicy::Loss;
  Loss loss = at_subscribe ? Loss::after_publish : Loss::unprovoked;
  if (event.reason_code == reason_code::session_taken_over) loss = Loss::taken_over;
  if (policy_.lost(now, loss))
    log_.taken_over(loss == Loss::taken_over,
                    std::chrono::duration_cast<std::chrono::seconds>(policy_.next_attempt() - now));
}

void ListenerConnection::on(const Answered& event, TimePoint now) {
  queue_.answered(event.operation, event.outcome, now);
}

void ListenerConnection::handle(const Event& event, TimePoint now) {
  std::visit(
      [&](const auto& each) {
        if constexpr (requires { each.attempt; })
          if (each.attempt != attempt_) return;  // of an attempt that was given up
        on(each, now);
      },
      event);
}

void ListenerConnection::leave_until(TimePoint deadline) {
  deadline_ = deadline;
  state_ = current_->client->disconnect() ? State::leaving : State::idle;
}

void ListenerConnection::say_goodbye(TimePoint deadline) {
  if (state_ == State::connecting || state_ == State::connected) leave_until(deadline);
}

void ListenerConnection::end() {
  queue_.left();
  queue_.fail_all();
}

}  // namespace bridge::listener
