#include "json_text.h"

#include <algorithm>

#include "bridge/core/error.h"
#include "characters.h"
#include "json_grammar.h"

namespace bridge {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string what_is_wrong(std::string_view text, const JsonFault& fault, std::size_t max_depth,
                          std::size_t before) {
  const std::string bytes = std::to_string(before + fault.at);
  const std::string place = "byte " + std::to_string(before + fault.at + 1);
  switch (fault.kind) {
    case JsonFault::Kind::ends_early:
      return "the JSON ends too early, after " + bytes + " bytes (Content-Length counts bytes)";
    case JsonFault::Kind::not_utf8:
      return "the content is not valid JSON: " + place + " is not UTF-8";
    case JsonFault::Kind::too_deep:
      return "the content is not valid JSON: it is nested more than " + std::to_string(max_depth) + " deep";
    case JsonFault::Kind::syntax:
    case JsonFault::Kind::trailing:
      break;
  }
  if (text[fault.at] == '\0') return "the content is not valid JSON: it has a NUL at " + place;
  return "the content is not valid JSON: look near " + place;
}

void append_utf8(std::string& text, unsigned c) {
  const auto continuation = [&text](unsigned bits) { text += static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0U | c >> 6U);
    continuation(c);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0U | c >> 12U);
    continuation(c >> 6U);
    continuation(c);
  } else {
    text += static_cast<char>(0xF0U | c >> 18U);
    continuation(c >> 12U);
    continuation(c >> 6U);
    continuation(c);
  }
}

unsigned code_unit(std::string_view digits) {
  unsigned unit = 0;
  for (const char digit : digits.substr(0, 4)) unit = unit << 4U | hex_value(digit);
  return unit;
}

/// @param rest of the string, behind the backslash.
/// @return how many of its bytes the escape takes.
std::size_t append_escaped(std::string& text, std::string_view rest) {
  constexpr std::string_view letters = "bfnrt";
  constexpr std::string_view meanings = "\b\f\n\r\t";
  if (rest.front() != 'u') {
    const std::size_t letter = letters.find(rest.front());
    text += letter == std::string_view::npos ? rest.front() : meanings[letter];
    return 1;
  }
  const unsigned unit = code_unit(rest.substr(1));
  if (unit < 0xD800 || unit > 0xDFFF) {
    append_utf8(text, unit);
    return 5;
  }
  append_utf8(text, 0x10000U + ((unit - 0xD800U) << 10U) + (code_unit(rest.substr(7)) - 0xDC00U));
  return 11;  // uD83D\uDE00
}

}  // namespace

void check_json(std::string_view text, std::size_t max_depth, std::size_t before) {
  if (const auto fault = json_fault(text, max_depth))
    throw Error(Errc::malformed_content, what_is_wrong(text, *fault, max_depth, before));
}

std::string json_string(std::string_view quoted) {
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  if (rest.find('\\') == std::string_view::npos) return std::string(rest);
  std::string text;
  text.reserve(rest.size());
  while (!rest.empty()) {
    const std::string_view plain = rest.substr(0, rest.find('\\'));
    text += plain;
    rest.remove_prefix(plain.size());
    if (!rest.empty()) rest.remove_prefix(1 + append_escaped(text, rest.substr(1)));
  }
  return text;
}

std::optional<long long> json_whole_number(std::string_view number) {
  constexpr std::size_t max_digits = 18;
  constexpr long long too_many = 1000000000000000;  // more than any content has digits
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  const std::string_view digits_and_point = number.substr(0, number.find_first_of("eE"));
  std::string_view exponent_text = number.substr(std::min(digits_and_point.size() + 1, number.size()));
  const bool small = exponent_text.starts_with('-');
  if (small || exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  long long exponent = 0;
  for (const char digit : exponent_text) exponent = std::min(exponent * 10 + (digit - '0'), too_many);
  if (small) exponent = -exponent;

  std::string digits;
  const std::size_t point = digits_and_point.find('.');
  digits = digits_and_point.substr(0, point);
  if (point != std::string_view::npos) {
    digits += digits_and_point.substr(point + 1);
    exponent -= static_cast<long long>(digits_and_point.size() - point - 1);
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return 0;
  const std::size_t zeros = digits.size() - 1 - digits.find_last_not_of('0');
  digits.resize(digits.size() - zeros);
  exponent += static_cast<long long>(zeros);
  if (exponent < 0 || digits.size() > max_digits ||
      exponent > static_cast<long long>(max_digits - digits.size()))
    return std::nullopt;
  digits.append(static_cast<std::size_t>(exponent), '0');
  const long long value = std::stoll(digits);
  return negative ? -value : value;
}

void JsonCursor::skip_space() {
  while (!at_end() && is_space(peek())) step();
}

std::string_view JsonCursor::take_string() {
  const std::size_t begin = at_;
  for (step(); peek() != '"'; step())
    if (peek() == '\\') step();
  step();
  return text_.substr(begin, at_ - begin);
}

std::string_view JsonCursor::take_value() {
  const std::size_t begin = at_;
  std::size_t depth = 0;
  do {
    const char c = peek();
    if (c == '"') {
      take_string();
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    step();
  } while (!at_end() && (depth > 0 || !ends_value(begin)));
  return text_.substr(begin, at_ - begin);
}

/// @return true if the value ends at this place, which is outside of all brackets.
bool JsonCursor::ends_value(std::size_t begin) const {
  const char first = text_[begin];
  const bool closed = first == '"' || first == '{' || first == '[';
  return closed || is_space(peek()) || peek() == ',' || peek() == ']' || peek() == '}';
}

std::vector<std::string_view> json_items(std::string_view array, std::size_t at_most) {
  std::vector<std::string_view> items;
  JsonCursor cursor(array);
  cursor.skip_space();
  cursor.step();  // [
  for (cursor.skip_space(); cursor.peek() != ']' && items.size() < at_most; cursor.skip_space()) {
    if (cursor.peek() == ',') {
      cursor.step();
      continue;
    }
    items.push_back(cursor.take_value());
  }
  return items;
}

JsonMembers::JsonMembers(std::string_view object) : cursor_(object) {
  cursor_.skip_space();
  cursor_.step();  // {
}

std::optional<JsonMember> JsonMembers::next() {
  cursor_.skip_space();
  if (cursor_.peek() == ',') cursor_.step();
  cursor_.skip_space();
  if (cursor_.peek() == '}') return std::nullopt;
  std::string name = json_string(cursor_.take_string());
  cursor_.skip_space();
  cursor_.step();  // :
  cursor_.skip_space();
  return JsonMember{std::move(name), cursor_.take_value()};
}

std::string compact_json(std::string_view value) {
  std::string compact;
  compact.reserve(value.size());
  JsonCursor cursor(value);
  while (!cursor.at_end()) {
    if (cursor.peek() == '"') {
      compact += cursor.take_string();
    } else {
      if (!is_space(cursor.peek())) compact += cursor.peek();
      cursor.step();
    }
  }
  return compact;
}

}  // namespace bridge
