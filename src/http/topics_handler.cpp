#include "topics_handler.h"

#include <set>

#include "bridge/core/error.h"
#include "media_type.h"
#include "message_fields.h"
#include "pairs.h"
#include "percent.h"

namespace bridge {
namespace {

UserProperty user_property(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) invalid_field("userProperty", "must be key:value");
  return {text.substr(0, colon), text.substr(colon + 1)};
}

void set_parameter(Message& message, const std::string& name, const std::string& value) {
  MessageProperties& properties = message.properties;
  if (name == "qos") {
    message.qos = parse_qos(name, value);
  } else if (name == "retain") {
    message.retain = parse_bool(name, value);
  } else if (name == "messageExpiry") {
    properties.message_expiry_interval = parse_expiry(name, value);
  } else if (name == "contentType") {
    properties.content_type = value;
  } else if (name == "responseTopic") {
    properties.response_topic = value;
  } else if (name == "payloadFormatIndicator") {
    properties.payload_format_indicator = parse_format_indicator(name, value);
  } else if (name == "userProperty") {
    properties.user_properties.push_back(user_property(value));
  } else {
    unknown_field(name);
  }
}

void set_parameters(Message& message, std::string_view query) {
  std::set<std::string> seen;
  for (const auto& [name, value] : decode_pairs(query)) {
    if (name != "userProperty" && !seen.insert(name).second) invalid_field(name, "must not be given twice");
    set_parameter(message, name, value);
  }
}

/// A Content-Type that a person set; curl's own default says nothing about the payload.
void set_content_type(Message& message, const RequestHead& head) {
  const auto type = head.field("Content-Type");
  if (!type || type->empty() || message.properties.content_type) return;
  if (equals_ignoring_case(media_type(head), form_type)) return;
  message.properties.content_type = std::string(*type);
}

}  // namespace

Message message_from_topic_request(Exchange& exchange) {
  Message message;
  message.topic_name = decode_percent(exchange.resource);
  message.retain = exchange.head.method != "POST";
  set_parameters(message, exchange.head.query());
  if (exchange.head.method == "DELETE") {
    if (!exchange.content.empty()) throw Error(Errc::malformed_content, "DELETE takes no content");
    if (!message.retain) invalid_field("retain", "must be true to clear what is retained");
    return message;
  }
  set_content_type(message, exchange.head);
  message.payload = std::move(exchange.content);
  return message;
}

}  // namespace bridge
