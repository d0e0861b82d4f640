#include "json_message.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "bridge/core/base64.h"
#include "bridge/core/error.h"
#include "json_text.h"
#include "message_fields.h"
#include "plain_json.h"

namespace bridge {
namespace {

using nlohmann::json;

std::string string_of(std::string_view field, std::string_view value) {
  if (!value.starts_with('"')) invalid_field(field, "must be a string");
  return json_string(value);
}

/// A number that is whole; one that is not, or is out of every range here, comes back as -1.
long long number_of(std::string_view field, std::string_view value) {
  if (const auto plain = plain_json_number(value)) return *plain;
  const json number = json::parse(value);
  if (!number.is_number()) invalid_field(field, "must be a number");
  if (number.is_number_unsigned() && number.get<std::uint64_t>() > 4294967295U) return -1;
  return number.is_number_integer() ? number.get<long long>() : -1;
}

bool bool_of(std::string_view field, std::string_view value) {
  if (value != "true" && value != "false") invalid_field(field, "must be true or false");
  return value == "true";
}

/// A User Property in an object or a list; its name and value are strings (MQTT 5.0, 3.3.2.3.7).
UserProperty user_property(const std::string& name, std::string_view value) {
  return {name, string_of("user_properties", value)};
}

std::vector<UserProperty> user_properties_of(std::string_view value) {
  std::vector<UserProperty> properties;
  if (value.starts_with('{')) {
    for (const JsonMember& member : json_members(value))
      properties.push_back(user_property(member.name, member.value));
    return properties;
  }
  if (!value.starts_with('['))
    invalid_field("user_properties", "must be an object, or a list of [key, value]");
  for (const std::string_view item : json_items(value)) {
    const auto pair = item.starts_with('[') ? json_items(item) : std::vector<std::string_view>();
    if (pair.size() != 2) invalid_field("user_properties", "must be a list of [key, value]");
    properties.push_back(user_property(string_of("user_properties", pair[0]), pair[1]));
  }
  return properties;
}

void set_property(MessageProperties& properties, const JsonMember& member) {
  const std::string& name = member.name;
  if (name == "content_type") {
    properties.content_type = string_of(name, member.value);
  } else if (name == "message_expiry_interval") {
    properties.message_expiry_interval = checked_expiry(name, number_of(name, member.value));
  } else if (name == "payload_format_indicator") {
    properties.payload_format_indicator = checked_format_indicator(name, number_of(name, member.value));
  } else if (name == "response_topic") {
    properties.response_topic = string_of(name, member.value);
  } else if (name == "correlation_data") {
    properties.correlation_data = string_of(name, member.value);
  } else if (name == "user_properties") {
    properties.user_properties = user_properties_of(member.value);
  } else {
    unknown_field("properties." + name);
  }
}

/// The message while its fields come in, in any order.
class JsonDraft {
 public:
  void set(const JsonMember& member) {
    const std::string& name = member.name;
    if (name == "topic") {
      message_.topic_name = string_of(name, member.value);
      has_topic_ = true;
    } else if (is_payload_field(name)) {
      set_payload(member);
    } else if (name == "payload_encoding") {
      set_encoding(string_of(name, member.value));
    } else if (name == "qos") {
      message_.qos = checked_qos(name, number_of(name, member.value));
    } else if (name == "retain") {
      message_.retain = bool_of(name, member.value);
    } else if (name == "properties") {
      set_properties(member.value);
    } else {
      unknown_field(name);
    }
  }

  Message finish() {
    if (!has_topic_) invalid_field("topic", "is missing");
    if (!payload_) invalid_field("msg", "is missing; give exactly one of msg, payload, message");
    message_.payload = base64_ ? decoded_payload() : plain_payload();
    return std::move(message_);
  }

 private:
  void set_payload(const JsonMember& member) {
    if (payload_)
      invalid_field(member.name, "is a second payload; give exactly one of msg, payload, message");
    payload_ = member;
  }
  void set_encoding(const std::string& encoding) {
    if (encoding != "plain" && encoding != "base64")
      invalid_field("payload_encoding", "must be \"plain\" or \"base64\"");
    base64_ = encoding == "base64";
  }
  void set_properties(std::string_view value) {
    if (!value.starts_with('{')) invalid_field("properties", "must be an object");
    for (const JsonMember& property : json_members(value)) set_property(message_.properties, property);
  }
  std::string plain_payload() const {
    if (payload_->value.starts_with('"')) return string_of(payload_->name, payload_->value);
    return compact_json(payload_->value);
  }
  std::string decoded_payload() const {
    auto bytes = decode_base64(string_of(payload_->name, payload_->value));
    if (!bytes) invalid_field(payload_->name, "is not valid base64, as payload_encoding says");
    return *std::move(bytes);
  }

  Message message_;
  bool has_topic_ = false;
  bool base64_ = false;
  std::optional<JsonMember> payload_;
};

std::vector<JsonMember> members_of(std::string_view text, std::size_t max_depth) {
  if (auto plain = plain_json_members(text)) return *std::move(plain);
  check_json(text, max_depth);
  if (const std::size_t first = text.find_first_not_of(" \t\r\n"); text[first] != '{')
    throw Error(Errc::malformed_content, "a message is a JSON object with topic and msg");
  return json_members(text);
}

}  // namespace

Message message_from_json(std::string_view text, std::size_t max_depth) {
  JsonDraft draft;
  for (const JsonMember& member : members_of(text, max_depth)) draft.set(member);
  return draft.finish();
}

}  // namespace bridge
