#include "witness.h"

#include <algorithm>

namespace bridge::test {

void Witness::to_broker(std::size_t connection, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  Connection& state = connections_[connection];
  state.to_broker.add(bytes);
  while (const auto packet = state.to_broker.next()) {
    if (packet->type == PacketType::publish) publish(connection, state, *packet);
  }
}

void Witness::from_broker(std::size_t connection, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  Connection& state = connections_[connection];
  state.from_broker.add(bytes);
  while (const auto packet = state.from_broker.next()) answer(state, *packet);
}

void Witness::publish(std::size_t number, Connection& connection, const MqttPacket& packet) {
  const int qos = (packet.flags >> 1) & 3;
  const bool again = (packet.flags & 8) != 0;
  PacketReader reader(packet.body);
  const std::string topic = reader.text();
  const std::uint16_t identifier = qos > 0 ? reader.two_bytes() : std::uint16_t{0};
  const Properties properties = read_properties(reader);
  bool damaged = false;
  const auto name = name_of(topic, reader.rest(), damaged);
  if (damaged) ledger_.damaged();
  if (!name) return;
  connection.used = true;
  const Flight flight{*name, Clock::now()};
  const auto known = at_qos_2_.find(identifier);
  // The broker drops a retransmission at QoS 2, as long as it has the session (MQTT 5.0, 4.3.3).
  if (qos == 2 && again && known != at_qos_2_.end() && known->second.name == *name) return;
  ledger_.sent(*name, {.connection = number, .stored_id = stored_id(properties), .dup = again});
  if (qos == 1) connection.at_qos_1[identifier] = flight;
  if (qos == 2) at_qos_2_[identifier] = flight;
}

void Witness::answer(Connection& connection, const MqttPacket& packet) {
  if (packet.type == PacketType::connack && !packet.body.empty() && (packet.body[0] & 1) == 0) {
    at_qos_2_.clear();  // no session: the broker knows nothing of them any more
  } else if (packet.type == PacketType::puback) {
    confirm(connection.at_qos_1, packet, true);
  } else if (packet.type == PacketType::pubrec) {
    confirm(at_qos_2_, packet, false);
  } else if (packet.type == PacketType::pubcomp) {
    confirm(at_qos_2_, packet, true);
  }
}

/// @param last whether this packet ends the exchange even if it tells of success.
void Witness::confirm(std::map<std::uint16_t, Flight>& flights, const MqttPacket& packet, bool last) {
  PacketReader reader(packet.body);
  const auto flight = flights.find(reader.two_bytes());
  const int reason_code = reader.empty() ? 0 : reader.byte();
  if (flight == flights.end()) return;
  if (last && reason_code < 0x80) {
    ledger_.confirmed(flight->second.name);
    if (expected_since_ && !confirmed_at_ && flight->second.sent_at >= *expected_since_)
      confirmed_at_ = Clock::now();
  }
  if (last || reason_code >= 0x80) flights.erase(flight);
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
