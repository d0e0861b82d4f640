#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "json_text.h"

namespace bridge {

/// The members of an object as nearly all messages are: few, each name once, strings without escapes, whole
/// numbers of few digits, true and false. What it returns is what check_json() and json_members() would
/// have, at a tenth of their cost; whatever else the text may be, also what is wrong with it, is theirs to
/// say.
std::optional<std::vector<JsonMember>> plain_json_members(std::string_view text);

/// A whole number of few digits, as plain_json_members() takes it; empty for anything else.
std::optional<long long> plain_json_number(std::string_view value);

}  // namespace bridge
