#pragma once

#include <string_view>

#include "request_head.h"

namespace bridge {

/// How much the client wants content of `type` ("text/html"), by its field Accept (RFC 9110, 12.5.1): from 0,
/// not at all, to 1000. Without the field it takes all alike.
int quality_of(const RequestHead& head, std::string_view type);

}  // namespace bridge
