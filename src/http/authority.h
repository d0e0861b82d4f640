#pragma once

#include <string_view>

namespace bridge {

/// @return true if `text` is uri-host [ ":" port ], as the field Host and an absolute target have it (RFC
///   9110, 7.2; RFC 3986, 3.2.2 and 3.2.3). An empty one is valid: then the target has no authority.
bool is_authority(std::string_view text);

}  // namespace bridge
