#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

/// One member of a JSON object: its name as text, and its value as it stands in the source.
struct JsonMember {
  std::string name;
  std::string_view value;
};

/// @throws Error malformed_content unless `text` is one JSON value (RFC 8259), nested at most `max_depth`
///   deep: a deeper one would cost a parser its stack. The detail says near which byte.
void check_json(std::string_view text, std::size_t max_depth);

/// The text of a JSON string, from quote to quote, that has passed check_json().
std::string json_string(std::string_view quoted);

/// The items of an array, as they stand in the source. `array` must have passed check_json().
std::vector<std::string_view> json_items(std::string_view array);

/// The members of an object, in order. `object` must have passed check_json().
/// @throws Error invalid_field for a name that comes twice: which value counts would be a guess.
std::vector<JsonMember> json_members(std::string_view object);

/// The same value without white space between its parts: numbers keep their digits, objects their order.
/// `value` must have passed check_json().
std::string compact_json(std::string_view value);

}  // namespace bridge
