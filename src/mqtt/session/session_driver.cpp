#include "session_driver.h"

#include <algorithm>
#include <utility>

#include "bridge/core/reason_code.h"
#include "bridge/core/server_scheme.h"

namespace bridge::mqtt {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_last_words = 1s;
constexpr auto longest_leaving = 1s;
constexpr auto patience_with_host = 1s;           // beyond the time that an attempt has
constexpr std::uint8_t normal_disconnection = 0;  // MQTT 5.0, 3.14.2.1

ConnectSettings connect_settings(const MqttSettings& settings, const OwnMessages& own_messages) {
  ConnectSettings made;
  made.client_identifier = settings.client_id;
  made.user_name = settings.user;
  made.password = settings.password;
  made.keep_alive = settings.keepalive;
  made.session_expiry = settings.session_expiry;
  made.will = own_messages.will();
  made.unanswered_after = 3 * settings.ack_timeout;
  return made;
}

ReconnectPolicy::Failure failure_of(const ConnectFailure& failure) {
  return failure.kind == ConnectFailure::Kind::closed_silently ? ReconnectPolicy::Failure::closed_silently
                                                               : ReconnectPolicy::Failure::unreachable;
}

/// A port that wants TLS closes on a CONNECT, and one that wants a certificate may say so only now (TLS 1.3).
std::string closed_before_connack(const TransportEnd& end, bool is_tls) {
  std::string words = "the broker closed the connection before its CONNACK";
  if (end.words != "closed by the broker") words += ": " + end.words;
  return is_tls ? words : words + " (is this a TLS port?)";
}

}  // namespace

SessionDriver::SessionDriver(const MqttSettings& settings, SessionHost& host, const Clock& clock,
                             Logger& logger, Counters& counters)
    : settings_(settings),
      host_(host),
      clock_(clock),
      counters_(counters),
      log_(logger),
      renamed_topics_(log_),
      attempts_(settings),
      probe_(settings.dead_after),
      own_messages_(settings),
      protocol_(connect_settings(settings, own_messages_), *this),
      wire_(host) {}

void SessionDriver::start(SessionObserver& observer, std::function<bool()> is_alone) {
  observer_ = &observer;
  log_.tell_outcomes_if(std::move(is_alone));
  attempt();
  ask_for_turn();
}

// An attempt.

void SessionDriver::attempt() {
  attempts_.policy().attempting(clock_.now());
  if (attempts_.is_other_server()) protocol_.start_anew();
  log_.connecting(attempts_.uri(), attempts_.version(), settings_.client_id);
  enter(State::opening, clock_.now() + settings_.connect_timeout + patience_with_host);
  host_.open(attempts_.server(), settings_.connect_timeout);
  schedule();
}

void SessionDriver::opened(ConnectResult result) {
  if (phase_.state != State::opening) return;
  if (const auto* failure = std::get_if<ConnectFailure>(&result)) {
    const ReconnectPolicy::Failure kind = failure_of(*failure);
    if (kind == ReconnectPolicy::Failure::unreachable) observer_->on_unreachable();
    return attempt_failed(kind, failure->words);
  }
  enter(State::handshaking, clock_.now() + settings_.connect_timeout);
  protocol_.open(attempts_.version());
  wire_.open(std::move(std::get<std::unique_ptr<Transport>>(result)),
             {[this](std::string_view bytes) { received(bytes); },
              [this] {
                wire_.unblock();
                ask_for_turn();
              },
              [this](const TransportEnd& end) { closed(end); }});
  flush();
  schedule();
}

/// If the broker may only lack MQTT 5, it is asked for 3.1.1 first; the log has a line if that fails, too.
void SessionDriver::attempt_failed(ReconnectPolicy::Failure kind, const std::string& words) {
  leave_attempt();
  if (attempts_.policy().may_be_the_version(kind))
    log_.failed_quietly(words);
  else
    log_.failed(clock_.now(), words);
  if (attempts_.policy().failed(clock_.now(), kind)) log_.falling_back();
  schedule();
}

/// A refusal of MQTT 5 after which 3.1.1 is tried is not logged as a failure.
void SessionDriver::refused(const ConnackReceived& connack) {
  leave_attempt();
  const ReconnectPolicy::Failure kind = failure_of_connack(connack.reason_code);
  if (attempts_.policy().failed(clock_.now(), kind))
    log_.falling_back();
  else
    log_.refused(clock_.now(), connack, own_messages_.will().has_value());
  schedule();
}

void SessionDriver::leave_attempt() {
  wire_.close();
  protocol_.closed();
  enter(State::idle);
}

void SessionDriver::on_connack(const ConnackReceived& connack) { connection_.connack = connack; }

void SessionDriver::answered(const ConnackReceived& connack) {
  if (connack.reason_code != 0) return refused(connack);
  const TimePoint now = clock_.now();
  if (attempts_.policy().connected(now)) {
    log_.asking_again();
    protocol_.disconnect(normal_disconnection);
    flush();
    leave_attempt();
    return attempt();
  }
  attempts_.note_connected();
  enter(State::connected);
  connection_.since = now;
  connection_.has_published = false;
  probe_.begin(connack.keep_alive, now);
  counters_.mqtt_connects.add();
  log_.connected(connack, settings_.version);
  renamed_topics_.connected(connack);
  observer_->on_connected(connack.limits);
  if (const std::string_view key = own_messages_.expect_birth(connack.limits, now); !key.empty())
    log_.own_message_unsupported(key);
}

// From the transport.

void SessionDriver::received(std::string_view bytes) {
  protocol_.received(bytes, clock_.now());
  if (const auto connack = std::exchange(connection_.connack, std::nullopt)) answered(*connack);
  if (ending_.due) end_connection();
  ask_for_turn();
}

/// After a fault of the broker's, output() has the DISCONNECT that names it (MQTT 5.0, 4.13): it leaves
/// first.
void SessionDriver::end_connection() {
  flush();
  const ConnectionLoss loss = *std::exchange(ending_.due, std::nullopt);
  if (phase_.state == State::handshaking)
    attempt_failed(ReconnectPolicy::Failure::unreachable, "the broker broke the protocol: " + ending_.words);
  else if (phase_.state == State::connected)
    lost(loss);
  else
    finish();
}

void SessionDriver::closed(const TransportEnd& end) {
  if (phase_.state == State::last_words || phase_.state == State::leaving) return finish();
  if (phase_.state == State::handshaking && end.by_peer)
    return attempt_failed(ReconnectPolicy::Failure::closed_silently,
                          closed_before_connack(end, speaks_tls(attempts_.uri())));
  if (phase_.state == State::handshaking)
    return attempt_failed(ReconnectPolicy::Failure::unreachable, end.words);
  if (phase_.state != State::connected) return;
  ending_.words = end.words;
  lost({end.by_peer ? ConnectionLoss::Kind::closed : ConnectionLoss::Kind::broken, 0, {}});
}

// From the protocol.

void SessionDriver::on_published(std::span<const PublishEnd> ends) {
  const auto is_own = [this](const PublishEnd& end) { return own_messages_.is_own(end.message); };
  if (std::none_of(ends.begin(), ends.end(), is_own)) return observer_->on_published(ends);
  std::vector<PublishEnd> others;
  for (const PublishEnd& end : ends) {
    if (own_messages_.ended(end))
      log_.own_message_failed(own_messages_.key_of(end.message), end.outcome);
    else
      others.push_back(end);
  }
  if (!others.empty()) observer_->on_published(others);
}

void SessionDriver::on_unanswered(Outgoing& message) {
  if (!own_messages_.is_own(&message)) observer_->on_unanswered(message);
}

void SessionDriver::on_lowered_qos() {
  log_.lowered_qos();
  renamed_topics_.lowered_qos();
}

// Nothing is subscribed to on this connection: a SUBACK is a fault of the broker's, and the protocol ends the
// connection for it.
void SessionDriver::on_suback(std::uint64_t, std::span<const std::uint8_t>) {}
void SessionDriver::on_unsuback(std::uint64_t, std::span<const std::uint8_t>) {}
void SessionDriver::on_message(const Publish&) {}

void SessionDriver::on_pong() { probe_.pong(); }

void SessionDriver::on_disconnect(std::uint8_t reason_code, std::string_view reason_string) {
  ending_.words = reason_string;
  ending_.due = ConnectionLoss{ConnectionLoss::Kind::disconnected, reason_code, {}};
}

void SessionDriver::on_fault(std::uint8_t reason_code, std::string_view words) {
  ending_.words = words;
  ending_.due = ConnectionLoss{ConnectionLoss::Kind::faulty, reason_code, {}};
}

// The end of a connection.

void SessionDriver::lost(ConnectionLoss loss) {
  const TimePoint now = clock_.now();
  loss.lived = now - connection_.since;
  const bool provoked = connection_.has_published || protocol_.has_unanswered();
  wire_.close();
  enter(State::idle);
  counters_.mqtt_connection_losses.add();
  log_.lost(loss, ending_.words);
  const bool leaves_birth_out = own_messages_.on_lost(loss, !connection_.has_published, now);
  if (leaves_birth_out) log_.birth_left_out();
  protocol_.closed();
  probe_.end();
  if (observer_->on_disconnected(loss) == Resumption::start_anew || leaves_birth_out) protocol_.start_anew();
  plan_reconnect(loss, provoked);
  ask_for_turn();
  schedule();
}

void SessionDriver::plan_reconnect(const ConnectionLoss& loss, bool provoked) {
  using Loss = ReconnectPolicy::Loss;
  Loss kind = provoked ? Loss::after_publish : Loss::unprovoked;
  if (!provoked && loss.kind == ConnectionLoss::Kind::disconnected) kind = Loss::explained;
  if (loss.reason_code == reason_code::session_taken_over) kind = Loss::taken_over;
  const TimePoint now = clock_.now();
  if (!attempts_.policy().lost(now, kind)) return;
  log_.taken_over(kind == Loss::taken_over,
                  std::chrono::duration_cast<std::chrono::seconds>(attempts_.policy().next_attempt() - now));
}

// Time.

void SessionDriver::enter(State state, TimePoint until) {
  phase_.state = state;
  phase_.ends = until;
}

void SessionDriver::on_time() {
  const TimePoint now = clock_.now();
  if (phase_.state == State::stopped) return;
  if (phase_.state == State::idle && now >= attempts_.policy().next_attempt()) attempt();
  if (now >= phase_.ends) {
    if (phase_.state == State::opening) {
      host_.cancel_open();
      attempt_failed(ReconnectPolicy::Failure::unreachable, "no answer in time");
    } else if (phase_.state == State::handshaking) {
      attempt_failed(ReconnectPolicy::Failure::unanswered,
                     "no CONNACK within " + std::to_string(settings_.connect_timeout.count()) + " s");
    } else {
      go_on_leaving();
    }
  }
  if (wire_.is_open() && now >= protocol_.next_deadline()) protocol_.on_time(now);
  if (phase_.state == State::connected && now >= probe_.next_look()) look_at_broker(now);
  if (now >= turns_.due) return turn();
  flush();
  schedule();
}

void SessionDriver::look_at_broker(TimePoint now) {
  if (!probe_.look(protocol_, wire_.transport(), wire_.written(), now)) return;
  log_.gave_up(now - probe_.silent_since());
  lost({ConnectionLoss::Kind::silent, 0, {}});
}

/// Wakes up for whatever is due first; the observer is asked in time also while the broker is away.
void SessionDriver::schedule() {
  if (phase_.state == State::stopped) return;
  TimePoint when = std::min(turns_.due, phase_.ends);
  if (phase_.state == State::idle) when = std::min(when, attempts_.policy().next_attempt());
  if (wire_.is_open()) when = std::min(when, protocol_.next_deadline());
  if (phase_.state == State::connected) when = std::min(when, probe_.next_look());
  if (when != TimePoint::max()) host_.wake_at(when);
}

// The turn of the loop.

void SessionDriver::ask_for_turn() { host_.ask_for_turn(); }

void SessionDriver::turn() {
  if (phase_.state == State::stopped) return;
  turns_.turned_away = false;
  publish_own();
  if (!on_left_) turns_.due = observer_->on_turn(clock_.now());
  flush();
  if (phase_.state == State::last_words || phase_.state == State::leaving) go_on_leaving();
  schedule();
}

void SessionDriver::publish_own() {
  Outgoing* const due = own_messages_.due();
  const bool may = phase_.state == State::connected || phase_.state == State::last_words;
  if (due == nullptr || !may || !protocol_.takes(due->message.qos)) return;
  own_messages_.handed_over();
  renamed_topics_.publishing(due->message.topic_name);
  if (due->message.qos == QoS::at_most_once) probe_.handed_over();
  protocol_.publish(*due, clock_.now());
}

/// If this makes room for messages, they go out in the next turn.
void SessionDriver::flush() {
  if (wire_.flush(protocol_, clock_.now()) && turns_.turned_away) ask_for_turn();
}

bool SessionDriver::takes(QoS qos) const {
  const bool yes = phase_.state == State::connected && protocol_.takes(qos);
  if (!yes) turns_.turned_away = true;
  return yes;
}

void SessionDriver::publish(Outgoing& message) {
  connection_.has_published = true;
  renamed_topics_.publishing(message.message.topic_name);
  if (message.message.qos == QoS::at_most_once) probe_.handed_over();  // has_unanswered() knows of the others
  protocol_.publish(message, clock_.now());
}

void SessionDriver::abandon(Outgoing& message) { protocol_.abandon(message); }

void SessionDriver::confirm_written(std::function<void(bool arrived)> done) {
  if (phase_.state != State::connected) return done(false);
  probe_.confirm_written(protocol_, std::move(done));
  ask_for_turn();
}

// The farewell.

void SessionDriver::stop(std::function<void()> done) {
  on_left_ = std::move(done);
  if (phase_.state != State::connected) return finish();
  own_messages_.expect_farewell();
  enter(State::last_words, clock_.now() + longest_last_words);
  ask_for_turn();
  schedule();
}

void SessionDriver::go_on_leaving() {
  const TimePoint now = clock_.now();
  if (phase_.state == State::last_words && (own_messages_.farewell_is_told() || now >= phase_.ends)) {
    enter(State::leaving, now + longest_leaving);
    protocol_.disconnect(normal_disconnection);
    flush();
  }
  if (phase_.state == State::leaving && (wire_.is_drained(protocol_) || now >= phase_.ends)) finish();
}

void SessionDriver::finish() {
  if (phase_.state == State::opening) host_.cancel_open();
  wire_.close();
  enter(State::stopped);
  if (const auto left = std::exchange(on_left_, nullptr)) left();
}

}  // namespace bridge::mqtt
