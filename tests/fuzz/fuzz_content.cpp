// Content of requests: the first byte picks who reads it. A message that is taken passes the checks of MQTT
// or is refused by them; a payload that is JSON stays JSON.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bridge/core/base64.h"
#include "bridge/core/error.h"
#include "bridge/core/escape.h"
#include "bridge/core/topic.h"
#include "bridge/core/utf8.h"
#include "form_message.h"
#include "json_message.h"
#include "json_text.h"
#include "percent.h"

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

void run(unsigned which, std::string_view text) {
  switch (which % 7) {
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
