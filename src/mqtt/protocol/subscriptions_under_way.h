#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "bridge/core/message.h"
#include "output_queue.h"
#include "packet_identifiers.h"

namespace bridge::mqtt {

/// SUBSCRIBE and UNSUBSCRIBE packets that the broker has not answered on this connection (MQTT 5.0, 3.8
/// to 3.11).
class SubscriptionsUnderWay {
 public:
  /// Requests that may be under way at a time; publishing leaves this many Packet Identifiers to them.
  static constexpr std::size_t most = 1024;

  /// Keeps references to both.
  SubscriptionsUnderWay(PacketIdentifiers& identifiers, OutputQueue& output)
      : identifiers_(identifiers), output_(output) {}

  /// @return the number of the request.
  /// @throws std::length_error if there are `most` under way, or a Topic Filter is too long for the packet.
  std::uint64_t subscribe(std::span<const Subscription> subscriptions);
  std::uint64_t unsubscribe(std::span<const std::string> topic_filters);
  /// @return the number of the request that the answer is for.
  /// @throws PacketFault 0x82 if there is no such request, or it asked for another number of things.
  std::uint64_t suback(const Suback& suback);
  std::uint64_t unsuback(const Unsuback& unsuback);
  /// The connection is gone.
  void forget();
  bool empty() const { return requests_.empty(); }

 private:
  struct Request {
    PacketType answer = PacketType::suback;
    std::uint64_t number = 0;
    std::size_t codes = 0;
    std::uint64_t end = 0;  // position in the output
  };

  std::uint64_t add(const Packet& packet, std::uint16_t identifier, PacketType answer, std::size_t codes);
  std::uint16_t take_identifier();
  std::uint64_t answered(PacketType answer, std::uint16_t identifier, std::size_t codes);

  PacketIdentifiers& identifiers_;
  OutputQueue& output_;
  std::map<std::uint16_t, Request> requests_;  // by Packet Identifier
  std::uint64_t next_number_ = 1;
};

}  // namespace bridge::mqtt
