#include "plain_json.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "bridge/core/utf8.h"
#include "characters.h"

namespace bridge {
namespace {

constexpr std::size_t max_members = 8;
constexpr std::size_t max_digits = 9;

/// Takes parts off the front of a text, as they stand there. Empty if the next part is not plain.
class PlainCursor {
 public:
  explicit PlainCursor(std::string_view text) : rest_(text) {}

  bool at_end() {
    skip_space();
    return rest_.empty();
  }
  bool take(char wanted) {
    skip_space();
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Takes a string, from quote to quote.
  std::string_view take_string() {
    skip_space();
    if (!rest_.starts_with('"')) return {};
    std::size_t end = 1;
    while (const std::size_t length = plain_character(end)) end += length;
    if (end >= rest_.size() || rest_[end] != '"') return {};
    return take(end + 1);
  }
  std::string_view take_value() {
    if (const std::string_view text = take_string(); !text.empty()) return text;
    for (const std::string_view word : {"true", "false"})
      if (rest_.starts_with(word)) return take(word.size());
    const std::size_t digits =
        std::min(rest_.find_first_not_of("0123456789"), std::min(rest_.size(), max_digits + 1));
    return plain_json_number(rest_.substr(0, digits)) ? take(digits) : std::string_view();
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  std::string_view take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }
  /// @return the length of the character at `at` if it may stand in a string without an escape (RFC 8259, 7);
  ///   otherwise 0.
  std::size_t plain_character(std::size_t at) const {
    if (at >= rest_.size()) return 0;
    const auto byte = static_cast<unsigned char>(rest_[at]);
    if (byte >= 0x80) return decode_utf8(rest_.substr(at)).length;
    return byte >= 0x20 && byte != '"' && byte != '\\' ? 1 : 0;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::vector<JsonMember>> plain_json_members(std::string_view text) {
  PlainCursor cursor(text);
  std::vector<JsonMember> members;
  members.reserve(max_members / 2);
  if (!cursor.take('{')) return std::nullopt;
  do {
    const std::string_view name = cursor.take_string();
    if (name.empty() || !cursor.take(':')) return std::nullopt;
    const std::string_view value = cursor.take_value();
    if (value.empty() || members.size() == max_members) return std::nullopt;
    JsonMember member{std::string(name.substr(1, name.size() - 2)), value};
    const bool repeated = std::any_of(members.begin(), members.end(),
                                      [&](const JsonMember& known) { return known.name == member.name; });
    if (repeated) return std::nullopt;
    members.push_back(std::move(member));
  } while (cursor.take(','));
  if (!cursor.take('}') || !cursor.at_end()) return std::nullopt;
  return members;
}

std::optional<long long> plain_json_number(std::string_view value) {
  long long number = 0;
  const bool leading_zero = value.size() > 1 && value.starts_with('0');
  if (value.empty() || value.size() > max_digits || leading_zero || !is_digit(value.front()))
    return std::nullopt;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  return number;
}

}  // namespace bridge
