#include "json_text.h"

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "bridge/core/error.h"

namespace bridge {
namespace {

using nlohmann::json;

[[noreturn]] void malformed(const std::string& what) {
  throw Error(Errc::malformed_content, "the content is not valid JSON: " + what);
}

/// Looks at the events of the parser and keeps nothing but the depth.
class DepthGuard : public nlohmann::json_sax<json> {
 public:
  explicit DepthGuard(std::size_t max_depth) : max_depth_(max_depth) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    malformed("look near byte " + std::to_string(position));
  }

 private:
  bool enter() {
    if (++depth_ > max_depth_) malformed("it is nested more than " + std::to_string(max_depth_) + " deep");
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }
  const std::size_t max_depth_;
  std::size_t depth_ = 0;
};

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Goes through the text of a value that is known to be valid JSON.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return text_[at_]; }
  void step() { ++at_; }
  void skip_space() {
    while (!at_end() && is_space(peek())) step();
  }
  /// Over a string, from quote to quote.
  std::string_view take_string() {
    const std::size_t begin = at_;
    for (step(); peek() != '"'; step())
      if (peek() == '\\') step();
    step();
    return text_.substr(begin, at_ - begin);
  }
  /// Over one value, with all that is in it.
  std::string_view take_value() {
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

 private:
  /// Outside of all brackets: whether what begins here is no more part of the value.
  bool ends_value(std::size_t begin) const {
    const char first = text_[begin];
    const bool closed = first == '"' || first == '{' || first == '[';
    return closed || is_space(peek()) || peek() == ',' || peek() == ']' || peek() == '}';
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

void check_json(std::string_view text, std::size_t max_depth) {
  // The parser takes a NUL for the end and would not look at what comes behind it.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    malformed("it has a NUL at byte " + std::to_string(nul + 1));
  DepthGuard guard(max_depth);
  json::sax_parse(text, &guard);
}

std::string json_string(std::string_view quoted) {
  if (quoted.find('\\') == std::string_view::npos) return std::string(quoted.substr(1, quoted.size() - 2));
  return json::parse(quoted).get<std::string>();
}

std::vector<std::string_view> json_items(std::string_view array) {
  std::vector<std::string_view> items;
  Cursor cursor(array);
  cursor.skip_space();
  cursor.step();  // [
  for (cursor.skip_space(); cursor.peek() != ']'; cursor.skip_space()) {
    if (cursor.peek() == ',') {
      cursor.step();
      continue;
    }
    items.push_back(cursor.take_value());
  }
  return items;
}

std::vector<JsonMember> json_members(std::string_view object) {
  std::vector<JsonMember> members;
  std::unordered_set<std::string> names;
  Cursor cursor(object);
  cursor.skip_space();
  cursor.step();  // {
  for (cursor.skip_space(); cursor.peek() != '}'; cursor.skip_space()) {
    if (cursor.peek() == ',') {
      cursor.step();
      continue;
    }
    std::string name = json_string(cursor.take_string());
    cursor.skip_space();
    cursor.step();  // :
    cursor.skip_space();
    if (!names.insert(name).second)
      throw Error(Errc::invalid_field, name.substr(0, 64) + ": must not be given twice");
    members.push_back({std::move(name), cursor.take_value()});
  }
  return members;
}

std::string compact_json(std::string_view value) {
  std::string compact;
  compact.reserve(value.size());
  Cursor cursor(value);
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
