#include "text_content.h"

#include "characters.h"
#include "json_grammar.h"
#include "json_text.h"
#include "message_fields.h"
#include "pairs.h"

namespace bridge {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view without_space(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool is_json(std::string_view text, std::size_t max_depth) { return !json_fault(text, max_depth); }

/// @return true for JSON in a JSON string.
bool is_encoded_twice(std::string_view text, std::size_t max_depth) {
  if (!is_json(text, max_depth)) return false;
  const std::string inner = json_string(without_space(text));
  const TextContent content(inner);
  return (content.first == '{' || content.first == '[' || content.first == '"') && is_json(inner, max_depth);
}

/// @return true for a whole object that is followed by a line with the beginning of another.
bool is_lines(std::string_view text, std::size_t max_depth) {
  const auto fault = json_fault(text, max_depth);
  if (!fault || fault->kind != JsonFault::Kind::trailing || text[fault->at] != '{') return false;
  const std::size_t end = text.find_last_of('}', fault->at);
  return text.substr(end, fault->at - end).find('\n') != std::string_view::npos;
}

bool begins_as_a_form(std::string_view text) {
  const std::size_t equals = text.find('=');
  return equals != std::string_view::npos && is_message_field(text.substr(0, equals));
}

}  // namespace

TextContent::TextContent(std::string_view content) : text(content) {
  if (text.starts_with(byte_order_mark)) {
    before = byte_order_mark.size();
    text.remove_prefix(before);
  }
  const std::size_t at = text.find_first_not_of(white_space);
  is_blank = at == std::string_view::npos;
  if (!is_blank) first = text[at];
}

std::string likely_mistake(std::string_view text, std::size_t max_json_depth) {
  text = without_space(text);
  if (text.empty()) return {};
  switch (text.front()) {
    case '[':
      if (!is_json(text, max_json_depth + 1)) return {};
      return "this is a JSON array; send many messages to /publish/bulk";
    case '"':
      if (!is_encoded_twice(text, max_json_depth)) return {};
      return "the JSON is a text that holds JSON: it was encoded twice; encode it once";
    case '\'':
      return "the content begins with a single quote: did the shell keep the quotes? JSON has double ones";
    case '{': {
      if (is_lines(text, max_json_depth))
        return "these are several JSON objects; send them to /publish/bulk as application/x-ndjson";
      const std::string_view inside = without_space(text.substr(1));
      if (inside.starts_with('\'')) return "the content is not valid JSON: names stand in double quotes";
      if (!inside.empty() && (is_token_character(inside.front())))
        return "the content is not valid JSON: names stand in double quotes; did the shell take them away?";
      return {};
    }
    default:
      if (!begins_as_a_form(text)) return {};
      return "the content is not JSON; for a form say Content-Type: application/x-www-form-urlencoded";
  }
}

void refuse_query(const RequestHead& head, std::string_view path) {
  const std::string_view query = head.query();
  if (query.empty()) return;
  const std::string name = first_name(query);
  if (is_message_field(name))
    invalid_field(name, "belongs into the JSON or form, not into the query of " + std::string(path));
  invalid_field(shown_name(name), std::string(path) + " takes no query parameters");
}

}  // namespace bridge
