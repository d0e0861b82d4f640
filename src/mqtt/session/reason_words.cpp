#include "reason_words.h"

#include <algorithm>
#include <iterator>

#include "bridge/core/escape.h"
#include "bridge/core/reason_code.h"

namespace bridge::mqtt {
namespace {

constexpr std::size_t shown_of_reason_string = 200;  // bytes

struct Meaning {
  int code;
  std::string_view words;
};

constexpr Meaning meanings[] = {
    {1, "unacceptable protocol version"},
    {2, "client identifier rejected"},
    {3, "server unavailable"},
    {4, "bad user name or password"},
    {5, "not authorized"},
    {128, "unspecified error"},
    {129, "malformed packet"},
    {130, "protocol error"},
    {131, "implementation specific error"},
    {132, "unsupported protocol version"},
    {133, "client identifier not valid"},
    {134, "bad user name or password"},
    {135, "not authorized"},
    {136, "server unavailable"},
    {137, "server busy"},
    {138, "banned"},
    {139, "server shutting down"},
    {140, "bad authentication method"},
    {141, "keep alive timeout"},
    {142, "session taken over"},
    {143, "topic filter invalid"},
    {144, "topic name invalid"},
    {145, "packet identifier in use"},
    {146, "packet identifier not found"},
    {147, "receive maximum exceeded"},
    {148, "topic alias invalid"},
    {149, "packet too large"},
    {150, "message rate too high"},
    {151, "quota exceeded"},
    {152, "administrative action"},
    {153, "payload format invalid"},
    {154, "retain not supported"},
    {155, "QoS not supported"},
    {156, "use another server"},
    {157, "server moved"},
    {158, "shared subscriptions not supported"},
    {159, "connection rate exceeded"},
    {160, "maximum connect time"},
    {161, "subscription identifiers not supported"},
    {162, "wildcard subscriptions not supported"},
};

}  // namespace

std::string_view meaning_of_reason(int code) {
  const auto* const found = std::find_if(std::begin(meanings), std::end(meanings),
                                         [code](const Meaning& each) { return each.code == code; });
  return found == std::end(meanings) ? std::string_view() : found->words;
}

std::string reason_in_words(int code, std::string_view reason_string) {
  std::string words = std::to_string(code);
  if (const std::string_view meaning = meaning_of_reason(code); !meaning.empty())
    words.append(" (").append(meaning).append(")");
  if (!reason_string.empty())
    words.append(": \"").append(escape_line(reason_string, shown_of_reason_string)).append("\"");
  return words;
}

std::string_view will_key_of(int code, bool has_will) {
  if (!has_will) return {};
  switch (code) {
    case reason_code::topic_name_invalid:
      return "mqtt.will.topic";
    case reason_code::packet_too_large:
    case reason_code::payload_format_invalid:
      return "mqtt.will.payload";
    case reason_code::retain_not_supported:
      return "mqtt.will.retain";
    case reason_code::qos_not_supported:
      return "mqtt.will.qos";
    default:
      return {};
  }
}

}  // namespace bridge::mqtt
