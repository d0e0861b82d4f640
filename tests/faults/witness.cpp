#include "witness.h"

#include <algorithm>

namespace bridge::test {

void Witness::to_broker(std::size_t connection, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  Connection& state = connections_[connection];
  state.to_broker.add(bytes);
  while (const auto packet = state.to_broker.next()) request(connection, state, *packet);
}

void Witness::from_broker(std::size_t connection, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  Connection& state = connections_[connection];
  state.from_broker.add(bytes);
  while (const auto packet = state.from_broker.next()) answer(connection, state, *packet);
}

void Witness::request(std::size_t number, Connection& connection, const MqttPacket& packet) {
  if (packet.type == PacketType::connect) {
    connection.is_version_5 = is_version_5(packet);
    return;
  }
  connection.is_told = true;
  if (packet.type == PacketType::publish) publish(number, connection, packet);
  if (packet.type == PacketType::pubrel) release(packet);
}

void Witness::publish(std::size_t number, Connection& connection, const MqttPacket& packet) {
  const PublishPacket publish = read_publish(packet, connection.is_version_5);
  bool damaged = false;
  const auto name = name_of(publish.topic, publish.payload, damaged);
  if (damaged) ledger_.damaged();
  if (!name) return;
  connection.used = true;
  const Flight flight{*name, Clock::now()};
  const auto known = at_qos_2_.find(publish.identifier);
  // The broker drops a retransmission at QoS 2, as long as it has the session and no PUBREL
  // (MQTT 5.0, 4.3.3).
  const bool is_dropped = publish.qos == 2 && publish.dup && known != at_qos_2_.end() &&
                          known->second.name == *name && !known->second.released;
  if (is_dropped) return;
  ledger_.sent(*name,
               {.connection = number,
                .session = session_,
                .session_is_told = session_began_on_ == number || connections_[session_began_on_].is_told,
                .stored_id = stored_id(publish.properties),
                .dup = publish.dup,
                .has_properties = connection.is_version_5,
                .expiry = publish.properties.message_expiry_interval});
  if (publish.qos == 1) connection.at_qos_1[publish.identifier] = flight;
  if (publish.qos == 2) at_qos_2_[publish.identifier] = flight;
}

void Witness::release(const MqttPacket& packet) {
  PacketReader reader(packet.body);
  const auto flight = at_qos_2_.find(reader.two_bytes());
  if (flight != at_qos_2_.end()) flight->second.released = true;
}

void Witness::answer(std::size_t number, Connection& connection, const MqttPacket& packet) {
  if (packet.type == PacketType::connack) {
    accept(number, packet);
  } else if (packet.type == PacketType::puback) {
    confirm(connection.at_qos_1, packet);
  } else if (packet.type == PacketType::pubrec) {
    receive(packet);
  } else if (packet.type == PacketType::pubcomp) {
    complete(packet);
  }
}

/// Without Session Present the broker has forgotten the exchanges of QoS 2 that were under way.
void Witness::accept(std::size_t number, const MqttPacket& packet) {
  PacketReader reader(packet.body);
  const bool session_present = (reader.byte() & 1) != 0;
  if (reader.byte() != 0 || session_present) return;
  at_qos_2_.clear();
  ++session_;
  session_began_on_ = number;
}

/// A refusal may be lost on its way to the bridge: then the same PUBLISH with DUP is no second message.
void Witness::receive(const MqttPacket& pubrec) {
  PacketReader reader(pubrec.body);
  const auto flight = at_qos_2_.find(reader.two_bytes());
  const int reason_code = reader.empty() ? 0 : reader.byte();
  if (flight != at_qos_2_.end() && reason_code < 0x80) flight->second.received = true;
}

void Witness::complete(const MqttPacket& pubcomp) {
  PacketReader reader(pubcomp.body);
  const auto flight = at_qos_2_.find(reader.two_bytes());
  if (flight != at_qos_2_.end() && flight->second.received)
    confirm(at_qos_2_, pubcomp);
  else if (flight != at_qos_2_.end())
    at_qos_2_.erase(flight);
}

/// Books the confirmation of a message, and ends its exchange.
void Witness::confirm(std::map<std::uint16_t, Flight>& flights, const MqttPacket& packet) {
  PacketReader reader(packet.body);
  const auto flight = flights.find(reader.two_bytes());
  const int reason_code = reader.empty() ? 0 : reader.byte();
  if (flight == flights.end()) return;
  if (reason_code < 0x80) {
    ledger_.confirmed(flight->second.name);
    if (expected_since_ && !confirmed_at_ && flight->second.sent_at >= *expected_since_)
      confirmed_at_ = Clock::now();
  }
  flights.erase(flight);
}

std::string Witness::stored_id(const Properties& properties) const {
  for (const auto& [name, value] : properties.user_properties) {
    if (name == id_property_) return value;
  }
  return {};
}

void Witness::expect_confirmation() {
  const std::lock_guard lock(mutex_);
  expected_since_ = Clock::now();
  confirmed_at_.reset();
}

std::optional<TimePoint> Witness::wait_for_confirmation(TimePoint deadline) const {
  eventually(deadline, [this] {
    const std::lock_guard lock(mutex_);
    return confirmed_at_.has_value();
  });
  const std::lock_guard lock(mutex_);
  return confirmed_at_;
}

std::size_t Witness::connections_used() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(),
                                                [](const auto& entry) { return entry.second.used; }));
}

}  // namespace bridge::test
