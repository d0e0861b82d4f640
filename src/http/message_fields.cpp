#include "message_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "bridge/core/error.h"
#include "bridge/core/escape.h"
#include "characters.h"

namespace bridge {
namespace {

constexpr std::size_t shown_bytes = 64;
constexpr long long max_expiry = 4294967295;  // MQTT 5.0, 3.3.2.3.3

constexpr auto message_fields = std::to_array<std::string_view>(
    {"topic", "msg", "payload", "message", "payload_encoding", "qos", "retain", "properties", "content_type",
     "message_expiry_interval", "payload_format_indicator", "response_topic", "correlation_data",
     "user_properties", "contentType", "messageExpiry", "payloadFormatIndicator", "responseTopic",
     "userProperty"});

/// @return a decimal number; -1, which no field allows, for any other text.
long long parse_number(std::string_view text) {
  long long number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : -1;
}

}  // namespace

bool is_message_field(std::string_view name) {
  return std::find(message_fields.begin(), message_fields.end(), name) != message_fields.end();
}

void invalid_field(std::string_view field, std::string_view what) {
  throw Error(Errc::invalid_field, std::string(field) + ": " + std::string(what));
}

std::string shown_name(std::string_view name) { return escape_line(name, shown_bytes); }

void unknown_field(std::string_view field) { invalid_field(shown_name(field), "is not a known field"); }

QoS parse_qos(std::string_view field, std::string_view text) {
  return checked_qos(field, parse_number(text));
}

QoS checked_qos(std::string_view field, long long number) {
  if (number < 0 || number > 2) throw Error(Errc::invalid_qos, std::string(field) + ": must be 0, 1 or 2");
  return static_cast<QoS>(number);
}

bool parse_bool(std::string_view field, std::string_view text) {
  const auto is = [text](std::string_view word) { return equals_ignoring_case(text, word); };
  if (is("true") || is("on") || is("1")) return true;
  if (is("false") || is("off") || is("0")) return false;
  invalid_field(field, "must be true or false");
}

std::chrono::seconds parse_expiry(std::string_view field, std::string_view text) {
  return checked_expiry(field, parse_number(text));
}

std::chrono::seconds checked_expiry(std::string_view field, long long seconds) {
  if (seconds < 0 || seconds > max_expiry) invalid_field(field, "must be 0 to 4294967295 seconds");
  return std::chrono::seconds(seconds);
}

std::uint8_t parse_format_indicator(std::string_view field, std::string_view text) {
  return checked_format_indicator(field, parse_number(text));
}

std::uint8_t checked_format_indicator(std::string_view field, long long number) {
  if (number != 0 && number != 1) invalid_field(field, "must be 0 or 1");
  return static_cast<std::uint8_t>(number);
}

}  // namespace bridge
