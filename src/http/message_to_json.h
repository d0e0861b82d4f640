#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "bridge/core/message.h"

namespace bridge {

/// A message as JSON: topic, payload (plain where it is UTF-8, otherwise base64, as payload_encoding says),
/// qos, retain and properties, in the words in which `POST /publish` takes them.
nlohmann::ordered_json message_to_json(const Message& message);

/// RFC 3339, with milliseconds, in UTC.
std::string to_rfc3339(std::chrono::system_clock::time_point at);

}  // namespace bridge
