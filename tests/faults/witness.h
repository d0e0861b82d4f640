#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "message_name.h"
#include "run_ledger.h"
#include "support/fault_proxy.h"
#include "support/mqtt_packet.h"
#include "support/timing.h"

namespace bridge::test {

/// Reads along between the bridge and its broker, on the broker's side of all faults, and books what the
/// broker was sent and what it confirmed. A broker that is killed forgets what it has confirmed; the witness
/// does not, so what it misses is lost by the bridge and nobody else. MQTT 5 only.
class Witness : public TrafficTap {
 public:
  /// @param id_property user property that carries a stored message's id.
  Witness(RunLedger& ledger, std::string id_property)
      : ledger_(ledger), id_property_(std::move(id_property)) {}

  void to_broker(std::size_t connection, std::string_view bytes) override;
  void from_broker(std::size_t connection, std::string_view bytes) override;

  /// From now on, waits for a PUBLISH that is both sent and confirmed.
  void expect_confirmation();
  /// When it was confirmed; nothing if `deadline` passes first.
  std::optional<TimePoint> wait_for_confirmation(TimePoint deadline) const;
  /// How many connections have carried a PUBLISH: each may end in a crash.
  std::size_t connections_used() const;

 private:
  struct Flight {
    MessageName name;
    TimePoint sent_at;
  };
  struct Connection {
    PacketStream to_broker;
    PacketStream from_broker;
    std::map<std::uint16_t, Flight> at_qos_1;  // by Packet Identifier
    bool used = false;
  };

  void publish(std::size_t number, Connection& connection, const MqttPacket& packet);
  void answer(Connection& connection, const MqttPacket& packet);
  void confirm(std::map<std::uint16_t, Flight>& flights, const MqttPacket& packet, bool last);
  std::string stored_id(const Properties& properties) const;

  RunLedger& ledger_;
  std::string id_property_;
  mutable std::mutex mutex_;
  std::map<std::size_t, Connection> connections_;
  std::map<std::uint16_t, Flight> at_qos_2_;  // of the session: QoS 2 goes on over the next connection
  std::optional<TimePoint> expected_since_;
  std::optional<TimePoint> confirmed_at_;
};

}  // namespace bridge::test
