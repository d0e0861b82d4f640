#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "bridge/core/message.h"

namespace bridge {

/// A message as JSON: topic, payload (plain if it is UTF-8, otherwise base64, as payload_encoding says), qos,
/// retain and properties, under the names that `POST /publish` takes.
nlohmann::ordered_json message_to_json(const Message& message);

/// RFC 3339, with milliseconds, in UTC.
std::string to_rfc3339(std::chrono::system_clock::time_point at);

}  // namespace bridge
