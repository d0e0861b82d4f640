// Content of requests: the first byte picks who reads it. A message that is taken passes the checks of MQTT
// or is refused by them; a payload that is JSON stays JSON.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "bridge/core/base64.h"
#include "bridge/core/error.h"
#include "bridge/core/escape.h"
#include "bridge/core/topic.h"
#include "bridge/core/utf8.h"
#include "form_message.h"
#include "json_grammar.h"
#include "json_message.h"
#include "json_text.h"
#include "media_type.h"
#include "multipart.h"
#include "percent.h"
#include "text_content.h"

namespace {

void check(bool promise) {
  if (!promise) std::abort();
}

void compact_stays_json(std::string_view text) {
  bridge::check_json(text, 64);
  const std::string compact = bridge::compact_json(text);
  bridge::check_json(compact, 64);
  check(bridge::compact_json(compact) == compact);
}

void line_is_one_line(std::string_view bytes) {
  const std::string line = bridge::escape_line(bytes, 100);
  check(bridge::is_well_formed_utf8(line));
  for (const char c : line) check(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void name_matches_itself(std::string_view name) {
  bridge::check_topic_name(name);
  bridge::check_topic_filter(name);
  check(bridge::topic_matches(name, name));
}

using nlohmann::json;

/// The verdict of nlohmann-json, which converts numbers and refuses those that no double holds.
class Verdict : public nlohmann::json_sax<json> {
 public:
  bool out_of_range = false;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception& fault) override {
    out_of_range = fault.id == 406;
    return false;
  }
};

/// It takes a NUL for the end, and skips a byte order mark.
void grammar_agrees(std::string_view text) {
  if (text.find('\0') != text.npos || text.starts_with('\xEF')) return;
  Verdict verdict;
  const bool taken = json::sax_parse(text, &verdict);
  const auto fault = bridge::json_fault(text, text.size());
  if (!verdict.out_of_range) check(taken == !fault);
  if (fault) check(fault->at <= text.size());
}

/// The first line is the Content-Type, the rest the content.
void parts_stand_in_the_content(std::string_view text) {
  const std::string_view type = text.substr(0, text.find('\n'));
  const std::string_view content = text.substr(std::min(type.size() + 1, text.size()));
  bridge::MultipartReader reader(type, content);
  const char* last = content.data();
  while (const auto part = reader.next()) {
    check(part->content.data() >= last);
    last = part->content.data() + part->content.size();
    check(last <= content.data() + content.size());
  }
  bridge::message_from_multipart(type, content);
}

void mistake_is_one_sentence(std::string_view text) {
  check(bridge::likely_mistake(text, 64).size() < 200);
  bridge::field_parameter(text, "charset");
}

void run(unsigned which, std::string_view text) {
  switch (which % 10) {
    case 0:
      bridge::message_from_json(text, 64);
      break;
    case 1:
      bridge::message_from_form(text);
      break;
    case 2:
      compact_stays_json(text);
      break;
    case 3:
      line_is_one_line(text);
      break;
    case 4:
      name_matches_itself(text);
      break;
    case 5:
      bridge::check_topic_filter(text);
      break;
    case 7:
      grammar_agrees(text);
      break;
    case 8:
      parts_stand_in_the_content(text);
      break;
    case 9:
      mistake_is_one_sentence(text);
      break;
    default:
      bridge::decode_base64(text);
      bridge::decode_percent(text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    run(data[0], text);
  } catch (const bridge::Error&) {
    return 0;
  }
  return 0;
}
