#include "property_table.h"

#include <algorithm>
#include <array>

namespace bridge::mqtt {
namespace {

template <typename... Packets>
constexpr std::uint16_t bits_of(Packets... packets) {
  return static_cast<std::uint16_t>((0U | ... | PropertyPlace(packets).bit()));
}

constexpr auto make_table() {
  using enum PacketType;
  using enum PropertyValue;
  using P = Properties;
  constexpr std::uint16_t in_will = PropertyPlace::will().bit();
  constexpr std::uint16_t in_messages = bits_of(publish) | in_will;
  constexpr std::uint16_t in_answers =
      bits_of(puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth);
  constexpr std::uint16_t everywhere =
      in_messages | in_answers | bits_of(connect, connack, subscribe, unsubscribe);
  return std::array{
      PropertyRule{0x01, "Payload Format Indicator", &P::payload_format_indicator, zero_or_one, in_messages},
      PropertyRule{0x02, "Message Expiry Interval", &P::message_expiry_interval, any, in_messages},
      PropertyRule{0x03, "Content Type", &P::content_type, text, in_messages},
      PropertyRule{0x08, "Response Topic", &P::response_topic, topic_name, in_messages},
      PropertyRule{0x09, "Correlation Data", &P::correlation_data, any, in_messages},
      PropertyRule{0x0B, "Subscription Identifier", &P::subscription_identifiers, not_zero,
                   bits_of(publish, subscribe)},
      PropertyRule{0x11, "Session Expiry Interval", &P::session_expiry_interval, any,
                   bits_of(connect, connack, disconnect)},
      PropertyRule{0x12, "Assigned Client Identifier", &P::assigned_client_identifier, text,
                   bits_of(connack)},
      PropertyRule{0x13, "Server Keep Alive", &P::server_keep_alive, any, bits_of(connack)},
      PropertyRule{0x15, "Authentication Method", &P::authentication_method, text,
                   bits_of(connect, connack, auth)},
      PropertyRule{0x16, "Authentication Data", &P::authentication_data, any,
                   bits_of(connect, connack, auth)},
      PropertyRule{0x17, "Request Problem Information", &P::request_problem_information, zero_or_one,
                   bits_of(connect)},
      PropertyRule{0x18, "Will Delay Interval", &P::will_delay_interval, any, in_will},
      PropertyRule{0x19, "Request Response Information", &P::request_response_information, zero_or_one,
                   bits_of(connect)},
      PropertyRule{0x1A, "Response Information", &P::response_information, text, bits_of(connack)},
      PropertyRule{0x1C, "Server Reference", &P::server_reference, text, bits_of(connack, disconnect)},
      PropertyRule{0x1F, "Reason String", &P::reason_string, text, in_answers | bits_of(connack)},
      PropertyRule{0x21, "Receive Maximum", &P::receive_maximum, not_zero, bits_of(connect, connack)},
      PropertyRule{0x22, "Topic Alias Maximum", &P::topic_alias_maximum, any, bits_of(connect, connack)},
      PropertyRule{0x23, "Topic Alias", &P::topic_alias, not_zero, bits_of(publish)},
      PropertyRule{0x24, "Maximum QoS", &P::maximum_qos, zero_or_one, bits_of(connack)},
      PropertyRule{0x25, "Retain Available", &P::retain_available, zero_or_one, bits_of(connack)},
      PropertyRule{0x26, "User Property", &P::user_properties, text, everywhere},
      PropertyRule{0x27, "Maximum Packet Size", &P::maximum_packet_size, not_zero, bits_of(connect, connack)},
      PropertyRule{0x28, "Wildcard Subscription Available", &P::wildcard_subscription_available, zero_or_one,
                   bits_of(connack)},
      PropertyRule{0x29, "Subscription Identifier Available", &P::subscription_identifier_available,
                   zero_or_one, bits_of(connack)},
      PropertyRule{0x2A, "Shared Subscription Available", &P::shared_subscription_available, zero_or_one,
                   bits_of(connack)},
  };
}

constexpr auto property_rows = make_table();
static_assert(property_rows.size() == 27);
static_assert(std::ranges::is_sorted(property_rows, {}, &PropertyRule::identifier));

}  // namespace

std::span<const PropertyRule> property_table() { return property_rows; }

const PropertyRule* find_property(std::uint32_t identifier) {
  const auto* const found = std::ranges::find(property_rows, identifier, &PropertyRule::identifier);
  return found == property_rows.end() ? nullptr : found;
}

}  // namespace bridge::mqtt
