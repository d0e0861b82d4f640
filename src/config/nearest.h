#pragma once

#include <string>
#include <string_view>

namespace bridge::config {

/// The key or section that somebody most likely meant by an unknown one; empty if nothing comes close. A
/// right name in a wrong section is close, too.
std::string nearest_name(std::string_view unknown);

}  // namespace bridge::config
