#include "subscriptions_under_way.h"

#include <stdexcept>

#include "../codec/decode.h"
#include "protocol_reason.h"

namespace bridge::mqtt {

std::uint64_t SubscriptionsUnderWay::subscribe(std::span<const Subscription> subscriptions) {
  Subscribe packet;
  for (const Subscription& subscription : subscriptions) {
    SubscribeEntry entry;
    entry.topic_filter = subscription.topic_filter;
    entry.qos = subscription.qos;
    packet.entries.push_back(entry);
  }
  packet.packet_identifier = take_identifier();
  return add(packet, packet.packet_identifier, PacketType::suback, subscriptions.size());
}

std::uint64_t SubscriptionsUnderWay::unsubscribe(std::span<const std::string> topic_filters) {
  Unsubscribe packet;
  packet.topic_filters.assign(topic_filters.begin(), topic_filters.end());
  packet.packet_identifier = take_identifier();
  return add(packet, packet.packet_identifier, PacketType::unsuback, topic_filters.size());
}

std::uint16_t SubscriptionsUnderWay::take_identifier() {
  if (requests_.size() >= most) throw std::length_error("too many subscriptions are under way");
  return identifiers_.take();
}

std::uint64_t SubscriptionsUnderWay::add(const Packet& packet, std::uint16_t identifier, PacketType answer,
                                         std::size_t codes) {
  try {
    requests_[identifier] = {answer, next_number_, codes, output_.add(packet)};
  } catch (...) {
    requests_.erase(identifier);
    identifiers_.free(identifier);
    throw;
  }
  return next_number_++;
}

std::uint64_t SubscriptionsUnderWay::suback(const Suback& suback) {
  return answered(PacketType::suback, suback.packet_identifier, suback.reason_codes.size());
}

std::uint64_t SubscriptionsUnderWay::unsuback(const Unsuback& unsuback) {
  return answered(PacketType::unsuback, unsuback.packet_identifier, unsuback.reason_codes.size());
}

/// An UNSUBACK of MQTT 3.1.1 has no codes.
std::uint64_t SubscriptionsUnderWay::answered(PacketType answer, std::uint16_t identifier,
                                              std::size_t codes) {
  const auto found = requests_.find(identifier);
  if (found == requests_.end() || found->second.answer != answer || found->second.end > output_.written())
    throw PacketFault(protocol_error, "SUBACK or UNSUBACK: answers nothing that was asked (3.8.4, 3.10.4)");
  const bool has_codes = answer == PacketType::suback || output_.version() == Version::v5;
  if (has_codes && codes != found->second.codes)
    throw PacketFault(protocol_error,
                      "SUBACK or UNSUBACK: has another number of Reason Codes than filters (3.9.3, 3.11.3)");
  const std::uint64_t number = found->second.number;
  requests_.erase(found);
  identifiers_.free(identifier);
  return number;
}

void SubscriptionsUnderWay::forget() {
  for (const auto& [identifier, request] : requests_) identifiers_.free(identifier);
  requests_.clear();
}

}  // namespace bridge::mqtt
