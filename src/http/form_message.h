#pragma once

#include <string_view>

#include "bridge/core/message.h"

namespace bridge {

// A message from a form: `topic`, one payload field, `qos`, `retain`, each once. All throw Error
// malformed_content, invalid_field or invalid_qos; the detail names the field.

/// application/x-www-form-urlencoded, or a query.
Message message_from_form(std::string_view form);

/// multipart/form-data (RFC 7578). A payload that comes as a file is the file's bytes.
/// @param content_type with its boundary.
Message message_from_multipart(std::string_view content_type, std::string_view content);

}  // namespace bridge
