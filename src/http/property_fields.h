#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bridge/core/message.h"
#include "request_head.h"

namespace bridge {

/// Adds the header fields that match `patterns` (http.user_property_fields) as User Properties, in their
/// order, names in lower case; never private ones (credentials, cookies). With "ce-*" a CloudEvent's
/// attributes lose their prefix, as its MQTT binding has them (MQTT Protocol Binding 1.0.2, 3.1.1), and
/// their quotes and percent-encoding, as its HTTP binding has them (1.0.2, 3.1.3.2).
/// @return whether it is a CloudEvent in binary mode: "ce-*" is among the patterns, `ce-specversion` among
///   the fields.
/// @throws Error invalid_field for a value that MQTT does not allow; the detail names the field.
bool add_property_fields(std::vector<UserProperty>& properties, const RequestHead& head,
                         const std::vector<std::string>& patterns);

/// @return true if the header field `name` becomes a User Property.
bool is_property_field(std::string_view name, const std::vector<std::string>& patterns);

/// @throws Error invalid_field unless `text` may be a string of MQTT's (5.0, 1.5.4).
void check_property_text(std::string_view field, std::string_view text);

}  // namespace bridge
