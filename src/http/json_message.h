#pragma once

#include <cstddef>
#include <string_view>

#include "bridge/core/message.h"

namespace bridge {

/// Reads a message from a JSON object: the content of `POST /publish`, or an item of `POST /publish/bulk`.
/// @param max_depth of its objects and arrays.
/// @param before bytes of the content in front of `text`; added to the byte that the detail names.
/// @throws Error malformed_content, invalid_field or invalid_qos; the detail names the field.
Message message_from_json(std::string_view text, std::size_t max_depth, std::size_t before = 0);

}  // namespace bridge
