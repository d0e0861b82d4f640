#include "connect_failure.h"

namespace bridge::listener {
namespace {

using Failure = ReconnectPolicy::Failure;

/// "TCP connect timeout" is also said where the CONNECT went out and was not answered.
constexpr std::string_view closed_without_connack = "TCP connect completion failure";
constexpr std::string_view timed_out = "TCP connect timeout";

/// paho.mqtt.cpp 1.2's mark for "this is MQTT 3.1.1".
constexpr int mark_of_3 = 255;

int code_of(int return_code, int reason_code) {
  if (return_code > 0) return return_code;
  return reason_code > 0 && reason_code < mark_of_3 ? reason_code : return_code;
}

Failure kind_of(int code, std::string_view text) {
  if (code > 0) return failure_of_connack(code);
  if (text == closed_without_connack) return Failure::closed_silently;
  return text == timed_out ? Failure::unanswered : Failure::unreachable;
}

}  // namespace

ConnectFailure connect_failure(int return_code, int reason_code, std::string_view text) {
  const int code = code_of(return_code, reason_code);
  return {code, kind_of(code, text)};
}

}  // namespace bridge::listener
