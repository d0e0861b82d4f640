#include "json_message.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "bridge/core/base64.h"
#include "bridge/core/error.h"
#include "characters.h"
#include "json_text.h"
#include "message_fields.h"
#include "plain_json.h"

namespace bridge {
namespace {

constexpr std::size_t max_user_properties = 1000;

std::string string_of(std::string_view field, std::string_view value) {
  if (!value.starts_with('"')) invalid_field(field, "must be a string");
  return json_string(value);
}

/// @return a whole number, also one that is written 1.0 or 1e0; -1, which no field allows, for any other.
long long number_of(std::string_view field, std::string_view value) {
  if (const auto plain = plain_json_number(value)) return *plain;
  if (!value.starts_with('-') && !is_digit(value.front())) invalid_field(field, "must be a number");
  return json_whole_number(value).value_or(-1);
}

bool bool_of(std::string_view field, std::string_view value) {
  if (value != "true" && value != "false") invalid_field(field, "must be true or false");
  return value == "true";
}

[[noreturn]] void given_twice(std::string_view field) { invalid_field(field, "must not be given twice"); }

/// A User Property in an object or a list; its name and value are strings (MQTT 5.0, 3.3.2.3.7).
UserProperty user_property(std::string name, std::string_view value) {
  return {std::move(name), string_of("user_properties", value)};
}

void add_user_property(std::vector<UserProperty>& properties, UserProperty property) {
  if (properties.size() == max_user_properties)
    invalid_field("user_properties", "must not be more than 1000");
  properties.push_back(std::move(property));
}

std::vector<UserProperty> user_properties_of_object(std::string_view object) {
  std::vector<UserProperty> properties;
  std::set<std::string> seen;
  JsonMembers members(object);
  while (const auto member = members.next()) {
    if (!seen.insert(member->name).second) given_twice(shown_name(member->name));
    add_user_property(properties, user_property(member->name, member->value));
  }
  return properties;
}

std::vector<UserProperty> user_properties_of(std::string_view value) {
  if (value.starts_with('{')) return user_properties_of_object(value);
  if (!value.starts_with('['))
    invalid_field("user_properties", "must be an object, or a list of [key, value]");
  std::vector<UserProperty> properties;
  for (const std::string_view item : json_items(value, max_user_properties + 1)) {
    const auto pair = item.starts_with('[') ? json_items(item, 3) : std::vector<std::string_view>();
    if (pair.size() != 2) invalid_field("user_properties", "must be a list of [key, value]");
    add_user_property(properties, user_property(string_of("user_properties", pair[0]), pair[1]));
  }
  return properties;
}

/// Hands each member of an object to `set`, which throws at the first unknown name. An attacker's object with
/// 200,000 names is refused at its first, so the comparison of names stays cheap.
template <typename Set>
void read_members(std::string_view object, Set set) {
  std::vector<std::string> seen;
  JsonMembers members(object);
  while (const auto member = members.next()) {
    if (std::find(seen.begin(), seen.end(), member->name) != seen.end()) given_twice(member->name);
    set(*member);
    seen.push_back(member->name);
  }
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
    read_members(value, [this](const JsonMember& property) { set_property(message_.properties, property); });
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

}  // namespace

Message message_from_json(std::string_view text, std::size_t max_depth, std::size_t before) {
  JsonDraft draft;
  if (const auto plain = plain_json_members(text)) {
    for (const JsonMember& member : *plain) draft.set(member);
    return draft.finish();
  }
  check_json(text, max_depth, before);
  if (const std::size_t first = text.find_first_not_of(" \t\r\n"); text[first] != '{')
    throw Error(Errc::malformed_content, "a message is a JSON object with topic and msg");
  read_members(text, [&draft](const JsonMember& member) { draft.set(member); });
  return draft.finish();
}

}  // namespace bridge
