#include "client_protocol.h"

#include <algorithm>
#include <utility>

namespace bridge::mqtt {

ClientProtocol::ClientProtocol(const ConnectSettings& settings, ProtocolEvents& events)
    : events_(events),
      handshake_(settings),
      reader_(settings.maximum_packet_size),
      flows_(events, settings.unanswered_after),
      incoming_(flows_, events) {
  flows_.output.end();
}

// The connection.

void ClientProtocol::open(Version version) {
  reader_.reset();
  flows_.output.begin(version);
  flows_.output.add(handshake_.connect(version, flows_.in_flight.abandoned() > 0));
  phase_ = Phase::connecting;
}

void ClientProtocol::received(std::string_view bytes, TimePoint now) {
  try {
    while (reads()) {
      const auto arrived = reader_.next(bytes);
      if (!arrived) break;
      handle(*arrived, now);
    }
  } catch (const PacketFault& broken) {
    return fault(broken.reason_code(), broken.what());
  }
  resend(now);
  flows_.ends.tell();
}

void ClientProtocol::handle(const PacketReader::Arrived& arrived, TimePoint now) {
  if (phase_ == Phase::connecting) return connack(handshake_.connack(arrived), now);
  if (incoming_.handle(arrived, now) == Incoming::Result::disconnected) phase_ = Phase::over;
}

void ClientProtocol::connack(const ConnackReceived& connack, TimePoint now) {
  if (connack.reason_code != 0) {
    phase_ = Phase::over;
    return events_.on_connack(connack);
  }
  phase_ = Phase::connected;
  is_connected_ = true;
  receive_maximum_ = connack.limits.receive_maximum;
  incoming_.begin_connection();
  flows_.publish.begin_connection();
  flows_.keep_alive.begin(connack.keep_alive, now);
  if (!connack.session_present) {
    flows_.publish.interrupt_all();
    flows_.inbound.forget();
  }
  flows_.redelivery.begin(connack.limits);
  resend(now);
  flows_.ends.tell();
  events_.on_connack(connack);
}

/// A CONNECT that a broker sends is a Protocol Error, whatever version it names: 0x84 is for a CONNACK alone.
void ClientProtocol::fault(std::uint8_t reason_code, std::string_view words) {
  constexpr std::uint8_t unsupported_version = 0x84;
  if (reason_code == unsupported_version) reason_code = 0x82;
  flows_.output.cut(reason_code);
  phase_ = Phase::over;
  flows_.ends.tell();
  events_.on_fault(reason_code, words);
}

void ClientProtocol::closed() {
  phase_ = Phase::closed;
  is_connected_ = false;
  flows_.publish.end_connection();
  flows_.subscriptions.forget();
  flows_.keep_alive.end();
  flows_.output.begin(flows_.output.version());
  flows_.output.end();
  flows_.ends.tell();
}

void ClientProtocol::start_anew() {
  handshake_.start_anew();
  flows_.publish.interrupt_all();
  flows_.ends.tell();
}

bool ClientProtocol::has_unanswered() const {
  return is_connected_ && (flows_.publish.has_unanswered() || !flows_.subscriptions.empty());
}

// Writing.

void ClientProtocol::written(std::size_t bytes, TimePoint now) {
  flows_.output.written(bytes);
  flows_.keep_alive.written(now);
  flows_.publish.tell_written();
  resend(now);
  flows_.ends.tell();
}

void ClientProtocol::resend(TimePoint now) {
  if (phase_ == Phase::connected) flows_.redelivery.go_on(now, most_pending);
}

// Commands.

bool ClientProtocol::takes(QoS qos) const {
  if (phase_ != Phase::connected || flows_.output.waiting() >= most_pending) return false;
  if (qos == QoS::at_most_once) return true;
  return !flows_.redelivery.is_under_way() && flows_.in_flight.awaited() < receive_maximum_ &&
         flows_.identifiers.available() > SubscriptionsUnderWay::most;
}

void ClientProtocol::publish(Outgoing& message, TimePoint now) { flows_.publish.publish(message, now); }

void ClientProtocol::abandon(Outgoing& message) { flows_.publish.abandon(message); }

std::uint64_t ClientProtocol::subscribe(std::span<const Subscription> subscriptions) {
  return flows_.subscriptions.subscribe(subscriptions);
}

std::uint64_t ClientProtocol::unsubscribe(std::span<const std::string> topic_filters) {
  return flows_.subscriptions.unsubscribe(topic_filters);
}

void ClientProtocol::ping() { flows_.keep_alive.ping(); }

void ClientProtocol::disconnect(std::uint8_t reason_code) {
  if (phase_ != Phase::connected) return;
  flows_.output.add(Disconnect{reason_code, {}});
  flows_.output.end();
  phase_ = Phase::leaving;
}

// Time.

TimePoint ClientProtocol::next_deadline() const {
  if (phase_ != Phase::connected) return TimePoint::max();
  return std::min(flows_.keep_alive.deadline(), flows_.unanswered.deadline(flows_.publish.answered_order()));
}

void ClientProtocol::on_time(TimePoint now) {
  if (phase_ != Phase::connected) return;
  flows_.keep_alive.on_time(now);
  while (const std::uint16_t identifier = flows_.unanswered.next(flows_.publish.answered_order(), now))
    if (Outgoing* const message = flows_.in_flight.at(identifier).message) events_.on_unanswered(*message);
  resend(now);
  flows_.ends.tell();
}

}  // namespace bridge::mqtt
