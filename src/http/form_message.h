#pragma once

#include <string_view>

#include "bridge/core/message.h"

namespace bridge {

/// A message from a form (application/x-www-form-urlencoded): `topic`, one payload field, `qos`, `retain`,
/// each once.
/// @throws Error malformed_content, invalid_field or invalid_qos; the detail names the field.
Message message_from_form(std::string_view form);

}  // namespace bridge
