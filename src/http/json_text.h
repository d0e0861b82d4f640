#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

/// One member of a JSON object: its name as text, and its value as it stands in the source.
struct JsonMember {
  std::string name;
  std::string_view value;
};

/// @param before bytes of the content in front of `text`; added to the byte that the detail names.
/// @throws Error malformed_content unless `text` is one JSON value (RFC 8259), nested at most `max_depth`
///   deep. The detail says what is wrong, and at which byte, the first being byte 1.
void check_json(std::string_view text, std::size_t max_depth, std::size_t before = 0);

/// The text of a JSON string, from quote to quote, that has passed check_json().
std::string json_string(std::string_view quoted);

/// The value of a JSON number that has passed check_json(): `1`, `1.0` and `10e-1` are all 1. Empty if it is
/// not whole, or has more than 18 digits.
std::optional<long long> json_whole_number(std::string_view number);

/// The items of an array, as they stand in the source, but no more than the first `at_most`: a longer array
/// is refused anyway. `array` must have passed check_json().
std::vector<std::string_view> json_items(std::string_view array, std::size_t at_most);

/// Goes through the text of a value that has passed check_json().
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return text_[at_]; }
  void step() { ++at_; }
  void skip_space();
  /// Takes a string, from quote to quote.
  std::string_view take_string();
  /// Takes one value, with all its parts.
  std::string_view take_value();

 private:
  bool ends_value(std::size_t begin) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Goes through the members of an object, one at a time, so that a caller can stop at a name that it does not
/// know: 1 MB has room for 200,000. The caller finds repeated names.
class JsonMembers {
 public:
  /// @param object must have passed check_json().
  explicit JsonMembers(std::string_view object);
  std::optional<JsonMember> next();

 private:
  JsonCursor cursor_;
};

/// `value` without white space between its parts: numbers keep their digits, objects their order.
/// `value` must have passed check_json().
std::string compact_json(std::string_view value);

}  // namespace bridge
