#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "message_name.h"
#include "publish_packet.h"
#include "run_ledger.h"
#include "support/fault_proxy.h"
#include "support/mqtt_packet.h"
#include "support/timing.h"

namespace bridge::test {

/// Reads along between the bridge and its broker, on the broker's side of all faults, and books the messages
/// that the broker was sent and those that it confirmed. A broker that is killed forgets what it has
/// confirmed; the witness does not, so the bridge alone has lost what it misses. MQTT 5 and 3.1.1.
class Witness : public TrafficTap {
 public:
  /// @param id_property user property that carries a stored message's id.
  Witness(RunLedger& ledger, std::string id_property)
      : ledger_(ledger), id_property_(std::move(id_property)) {}

  void to_broker(std::size_t connection, std::string_view bytes) override;
  void from_broker(std::size_t connection, std::string_view bytes) override;

  /// Begins to watch for a PUBLISH that is sent from now on, and confirmed.
  void expect_confirmation();
  /// The time at which that PUBLISH was confirmed; empty if `deadline` passes first.
  std::optional<TimePoint> wait_for_confirmation(TimePoint deadline) const;
  /// The number of connections that have carried a PUBLISH: each may end in a crash.
  std::size_t connections_used() const;

 private:
  struct Flight {
    MessageName name;
    TimePoint sent_at;
    bool received =
        false;  // at QoS 2, by a PUBREC: a PUBCOMP says nothing without one (3.1.1 gives no reason)
    bool released = false;  // at QoS 2, by a PUBREL: the broker would take the same for another message
  };
  struct Connection {
    PacketStream to_broker;
    PacketStream from_broker;
    std::map<std::uint16_t, Flight> at_qos_1;  // by Packet Identifier
    bool is_version_5 = true;
    bool used = false;
    bool is_told = false;  // the bridge has sent a packet after the CONNACK, so it got that
  };

  void request(std::size_t number, Connection& connection, const MqttPacket& packet);
  void publish(std::size_t number, Connection& connection, const MqttPacket& packet);
  void release(const MqttPacket& packet);
  void answer(std::size_t number, Connection& connection, const MqttPacket& packet);
  void accept(std::size_t number, const MqttPacket& packet);
  void receive(const MqttPacket& pubrec);
  void complete(const MqttPacket& pubcomp);
  void confirm(std::map<std::uint16_t, Flight>& flights, const MqttPacket& packet);
  std::string stored_id(const Properties& properties) const;

  RunLedger& ledger_;
  std::string id_property_;
  mutable std::mutex mutex_;
  std::map<std::size_t, Connection> connections_;
  std::map<std::uint16_t, Flight> at_qos_2_;  // of the session: QoS 2 goes on over the next connection
  std::size_t session_ = 0;                   // the number that the broker has begun
  std::size_t session_began_on_ = 0;          // connection
  std::optional<TimePoint> expected_since_;
  std::optional<TimePoint> confirmed_at_;
};

}  // namespace bridge::test
