#pragma once

#include <string>
#include <string_view>

#include "bridge/core/message.h"

namespace bridge {

// The fields of a message as texts, as forms and queries have them. Each throws Error invalid_field
// (invalid_qos) whose detail names the field.

QoS parse_qos(std::string_view field, std::string_view text);
QoS checked_qos(std::string_view field, long long number);
/// `true`, `on` and `1`, `false`, `off` and `0`, in any case: Python and R write True and TRUE, a check box
/// on.
bool parse_bool(std::string_view field, std::string_view text);
std::chrono::seconds parse_expiry(std::string_view field, std::string_view text);
std::chrono::seconds checked_expiry(std::string_view field, long long seconds);
std::uint8_t parse_format_indicator(std::string_view field, std::string_view text);
std::uint8_t checked_format_indicator(std::string_view field, long long number);

/// The three names of the payload, of which a message has exactly one.
constexpr bool is_payload_field(std::string_view name) {
  return name == "msg" || name == "payload" || name == "message";
}

/// The fields of a message as JSON, forms and queries name them, those of the properties included.
bool is_message_field(std::string_view name);

[[noreturn]] void invalid_field(std::string_view field, std::string_view what);
/// A name from outside as it may stand in a detail: cut, and escaped.
std::string shown_name(std::string_view name);
/// Throws for a name that is no field of a message.
[[noreturn]] void unknown_field(std::string_view field);

}  // namespace bridge
