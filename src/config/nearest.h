#pragma once

#include <string>
#include <string_view>

namespace bridge::config {

/// The key or section that somebody most likely meant by an unknown one; empty if none comes close. A right
/// name in a wrong section is close, and so is the name that other programs have for the setting (`host`,
/// `username`).
std::string nearest_name(std::string_view unknown);

/// The environment variable that somebody most likely meant by an unknown one, such as MQTT_HOST.
std::string nearest_variable(std::string_view unknown);

}  // namespace bridge::config
