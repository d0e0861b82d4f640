#pragma once

#include "bridge/core/message.h"
#include "exchange.h"

namespace bridge {

/// The message of `POST /publish`: JSON whatever its Content-Type says, or a form.
/// @throws Error for content that is neither.
Message message_from_content(const Exchange& exchange, std::size_t max_json_depth);

}  // namespace bridge
