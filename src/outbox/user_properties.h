#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/core/message.h"

namespace bridge {

/// User Properties in one column, as MQTT writes them: UTF-8 String Pairs (MQTT 5.0, 1.5.7).
std::optional<std::string> encode_user_properties(const std::vector<UserProperty>& properties);
/// Empty if `bytes` are not such pairs.
std::optional<std::vector<UserProperty>> decode_user_properties(std::string_view bytes);

}  // namespace bridge
