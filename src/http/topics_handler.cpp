#include "topics_handler.h"

#include <algorithm>
#include <array>
#include <set>

#include "bridge/core/error.h"
#include "media_type.h"
#include "message_fields.h"
#include "pairs.h"
#include "percent.h"
#include "property_fields.h"

namespace bridge {
namespace {

constexpr std::string_view repeatable = "userProperty";

UserProperty user_property(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) invalid_field("userProperty", "must be key:value");
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// @return whether the bridge knows a parameter of that name.
bool set_parameter(TopicRequest& request, const std::string& name, const std::string& value) {
  Message& message = request.message;
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
  } else if (name == repeatable) {
    properties.user_properties.push_back(user_property(value));
  } else if (name == "respond") {
    if (value != "empty") invalid_field(name, "must be empty, or not be given");
    request.success = SuccessContent::empty_array;
  } else {
    return false;
  }
  return true;
}

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Handles a parameter that the settings make a User Property, or ignore. A list that names the parameter
/// goes before a list with `*`.
void take_foreign(Message& message, Pair pair, const HttpSettings& settings) {
  const bool named_to_pass = lists(settings.passthrough_query, pair.name);
  const bool named_to_ignore = !named_to_pass && lists(settings.ignored_query, pair.name);
  if (named_to_pass || (!named_to_ignore && lists(settings.passthrough_query, "*"))) {
    const std::string shown = shown_name(pair.name);
    check_property_text(shown, pair.name);
    check_property_text(shown, pair.value);
    message.properties.user_properties.push_back({std::move(pair.name), std::move(pair.value)});
  } else if (!named_to_ignore && !lists(settings.ignored_query, "*")) {
    invalid_field(shown_name(pair.name),
                  "is not a known parameter; http.passthrough_query and http.ignored_query can allow it");
  }
}

void set_parameters(TopicRequest& request, std::string_view query, const HttpSettings& settings) {
  std::set<std::string> seen;
  PairReader reader(query);
  while (auto pair = reader.next()) {
    if (seen.contains(pair->name)) invalid_field(pair->name, "must not be given twice");
    if (set_parameter(request, pair->name, pair->value)) {
      require_equals(*pair);
      if (pair->name != repeatable) seen.insert(std::move(pair->name));
    } else {
      take_foreign(request.message, *std::move(pair), settings);
    }
  }
}

/// A Content-Type that a person set. curl's own default says nothing about the payload, nor does that of
/// libraries for bytes, unless it describes a CloudEvent.
void set_content_type(Message& message, const RequestHead& head, bool is_cloud_event) {
  const auto type = head.field("Content-Type");
  if (!type || type->empty() || message.properties.content_type) return;
  if (equals_ignoring_case(media_type_of(*type), form_type)) return;
  if (equals_ignoring_case(media_type_of(*type), bytes_type) && !is_cloud_event) return;
  check_property_text("Content-Type", *type);
  message.properties.content_type = std::string(*type);
}

/// `curl --retry 3 -T -`, Python's urllib3 and others have read a stream to its end when they send it again,
/// after a 503, say: they send nothing, and a PUT would clear what is retained.
void refuse_empty_stream(const RequestContext& context) {
  if (context.head.body != RequestHead::Body::chunked || !context.content.empty()) return;
  invalid_field("content",
                "is chunked and empty, as when a client repeats a stream that it has read to its end; use "
                "DELETE to clear what is retained, Content-Length: 0 to publish an empty message");
}

struct Spelling {
  std::string_view in_json;
  std::string_view in_query;
};

constexpr auto spellings = std::to_array<Spelling>({
    {"content_type", "contentType"},
    {"message_expiry_interval", "messageExpiry"},
    {"payload_format_indicator", "payloadFormatIndicator"},
    {"response_topic", "responseTopic"},
    {"user_properties", "userProperty"},
});

}  // namespace

TopicRequest read_topic_request(RequestContext& context, const HttpSettings& settings) {
  TopicRequest request;
  Message& message = request.message;
  message.topic_name = decode_percent(context.resource);
  message.retain = context.head.method != "POST";
  set_parameters(request, context.head.query(), settings);
  if (context.head.method == "DELETE") {
    if (!message.retain) invalid_field("retain", "must be true to clear what is retained");
    return request;
  }
  const bool is_cloud_event =
      add_property_fields(message.properties.user_properties, context.head, settings.user_property_fields);
  set_content_type(message, context.head, is_cloud_event);
  refuse_empty_stream(context);
  message.payload = std::move(context.content);
  return request;
}

Error as_query_names(const Error& error) {
  const std::string_view detail = error.what();
  const std::string_view field = detail.substr(0, detail.find(':'));
  const auto* known = std::find_if(spellings.begin(), spellings.end(),
                                   [&](const Spelling& each) { return each.in_json == field; });
  if (known == spellings.end()) return error;
  return {error.errc(), std::string(known->in_query) + std::string(detail.substr(field.size())),
          error.wire_code()};
}

void publish_to_topic(RequestContext& context, const Publishing& publishing, const HttpSettings& settings) {
  const PublishRequest request(context, settings.user_property_fields);
  TopicRequest asked = read_topic_request(context, settings);
  try {
    publishing.publish(context, request, std::move(asked.message), asked.success);
  } catch (const Error& error) {
    throw as_query_names(error);
  }
}

}  // namespace bridge
