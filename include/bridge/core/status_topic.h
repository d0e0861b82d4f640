#pragma once

#include <string>

#include "bridge/core/settings.h"

namespace bridge {

/// The Topic Name of `message`: `{client_id}` is the Client Identifier, however often it comes.
std::string status_topic(const StatusMessage& message, const std::string& client_id);

}  // namespace bridge
