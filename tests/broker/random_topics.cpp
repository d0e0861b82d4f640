#include "random_topics.h"

#include <array>
#include <string_view>

namespace bridge::test {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// All characters that MQTT 5.0, 1.5.4 allows in a string, without surrogates, controls, non-characters and
// wildcards.
constexpr std::array<Range, 12> good_ranges = {{{'0', '9'},
                                                {'a', 'z'},
                                                {'A', 'Z'},
                                                {'/', '/'},
                                                {' ', '"'},
                                                {'$', '*'},
                                                {0xA0, 0x7FF},
                                                {0x800, 0xD7FF},
                                                {0xE000, 0xFDCF},
                                                {0xFDF0, 0xFFFD},
                                                {0x10000, 0x1FFFD},
                                                {0x100000, 0x10FFFD}}};

constexpr std::array<const char*, 22> faults = {
    "+",       "#",        "/+/",          "/#",      "\\u0000",  "\\u0001", "\\n",     "\\t",
    "\\u001f", "\\u007f",  "\\u0080",      "\\u009f", "\\uffff",  "\\ufffe", "\\ufdd0", "\\ud83f\\udfff",
    "\x7f",    "\xc2\x85", "\xef\xbf\xbf", "\xff",    "\xc0\xaf", "\\ud800"};

std::string utf8(char32_t c) {
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0U | (c >> 6U)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0U | (c >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (c >> 18U)), tail(12), tail(6), tail(0)};
}

std::string escape(char32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) text += digits[(unit >> shift) & 0xFU];
  return text;
}

std::string escaped(char32_t c) {
  if (c < 0x10000) return escape(c);
  return escape(0xD800 + ((c - 0x10000) >> 10U)) + escape(0xDC00 + ((c - 0x10000) & 0x3FFU));
}

}  // namespace

char32_t RandomTopics::good_character() {
  const Range range = good_ranges[below(good_ranges.size())];
  const char32_t c = range.first + static_cast<char32_t>(below(range.last - range.first + 1));
  return (c & 0xFFFEU) == 0xFFFEU ? U'x' : c;
}

void RandomTopics::append(RandomTopic& topic, char32_t c) {
  topic.name += utf8(c);
  const bool must_be_escaped = c == '"' || c == '\\';
  topic.in_json += must_be_escaped || below(8) == 0 ? escaped(c) : utf8(c);
}

RandomTopic RandomTopics::good_topic() {
  RandomTopic topic;
  const std::size_t most = below(200) == 0 ? 10000 : 40;
  const std::size_t length = 1 + below(most);
  std::size_t levels = 1;
  for (std::size_t i = 0; i < length; ++i) {
    char32_t c = good_character();
    if (c == '/' && ++levels > 200) c = 'x';
    if (c == '$' && i == 0) c = 'x';
    append(topic, c);
  }
  return topic;
}

RandomTopic RandomTopics::next() {
  RandomTopic topic = good_topic();
  if (below(10) < 4) spoil(topic);
  return topic;
}

void RandomTopics::spoil(RandomTopic& topic) {
  topic.status = 400;
  if (below(20) == 0) return spoil_whole(topic);
  const std::string fault = faults[below(faults.size())];
  // At the start or the end: in between it may fall into an escape.
  topic.in_json = below(2) == 0 ? fault + topic.in_json : topic.in_json + fault;
}

void RandomTopics::spoil_whole(RandomTopic& topic) {
  switch (below(4)) {
    case 0:
      topic.in_json.clear();
      break;
    case 1:
      topic.in_json = std::string(65536 + below(3), 't');
      break;
    case 2:
      topic.in_json.append(200 + below(100), '/');
      break;
    default:
      topic.in_json.insert(0, 1, '$');
      topic.status = 403;
  }
}

}  // namespace bridge::test
