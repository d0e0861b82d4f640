#pragma once

namespace bridge {

/// Reason Codes that the bridge itself acts on or says (MQTT 5.0, 2.4); all others are passed on as numbers.
namespace reason_code {
inline constexpr int first_error = 128;  // and all above
inline constexpr int unspecified_error = 128;
inline constexpr int protocol_error = 130;
inline constexpr int implementation_specific_error = 131;
inline constexpr int not_authorized = 135;
inline constexpr int session_taken_over = 142;
inline constexpr int topic_name_invalid = 144;
inline constexpr int packet_identifier_in_use = 145;
inline constexpr int packet_identifier_not_found = 146;
inline constexpr int packet_too_large = 149;
inline constexpr int quota_exceeded = 151;
inline constexpr int payload_format_invalid = 153;
inline constexpr int retain_not_supported = 154;
inline constexpr int qos_not_supported = 155;
inline constexpr int shared_subscriptions_not_supported = 158;
inline constexpr int wildcard_subscriptions_not_supported = 162;
}  // namespace reason_code

/// Codes for outcomes that the broker did not report; negative, as in the tutorial's client library.
namespace client_code {
inline constexpr int not_connected = -3;  // nothing was sent
}  // namespace client_code

}  // namespace bridge
