#include "bad_requests.h"

namespace bridge::test {
namespace {

using nlohmann::json;

std::string message_to(const std::string& topic_in_json) {
  return R"({"topic":")" + topic_in_json + R"(","msg":")" + private_word + "\"}";
}

/// A good message with one more member, or one that replaces another.
std::string message_with(const std::string& name, const json& value) {
  json message = {{"topic", "t"}, {"msg", private_word}};
  message[name] = value;
  return message.dump();
}

BadRequest field(const std::string& name, const json& value, std::optional<int> code = -1) {
  return {name + " is " + value.dump(), message_with(name, value), 400, code, name};
}

BadRequest property(const std::string& name, const json& value) {
  return {name + " is " + value.dump(), message_with("properties", {{name, value}}), 400, -1, name};
}

BadRequest topic(const std::string& why, const std::string& topic_in_json) {
  return {why, message_to(topic_in_json), 400, 144, "topic"};
}

BadRequest form(const std::string& content, const std::string& detail_part, int code = -1) {
  return {content,     content, 400,        code,
          detail_part, "POST",  "/publish", {{"Content-Type", "application/x-www-form-urlencoded"}}};
}

BadRequest path(const std::string& target, const std::string& detail_part, std::optional<int> code) {
  return {target, private_word, 400, code, detail_part, "POST", target, {}};
}

BadRequest route(const std::string& method, const std::string& target, int status) {
  return {method + " " + target, "", status, std::nullopt, "", method, target, {}};
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

std::vector<BadRequest> bad_json() {
  const std::string good = message_to("t");
  return {
      {"empty", "", 400, -1, ""},
      {"white space", " \n", 400, -1, ""},
      {"malformed", R"({"topic":"t","msg":)", 400, -1, "JSON"},
      {"single quotes", R"({'topic':'t','msg':')" + private_word + "'}", 400, -1, "JSON"},
      {"trailing bytes", good + "x", 400, -1, ""},
      {"a second document", good + good, 400, -1, ""},
      {"a NUL behind it", good + std::string(1, '\0'), 400, -1, ""},
      {"one level above http.max_json_depth", R"({"topic":"t","msg":)" + nested(64) + "}", 400, -1, ""},
      {"a thousand levels", R"({"topic":"t","msg":)" + nested(999) + "}", 400, -1, ""},
      {"an array", "[" + good + "]", 400, -1, ""},
      {"a string", "\"" + private_word + "\"", 400, -1, ""},
      {"a number", "42", 400, -1, ""},
      {"null", "null", 400, -1, ""},
      {"bytes that are not UTF-8 in the payload",
       R"({"topic":"t","msg":")"
       "\xff"
       "\"}",
       400, -1, ""},
      {"lone surrogate in the payload", R"({"topic":"t","msg":"\ud800"})", 400, -1, ""},
      {"comments", R"({"topic":"t",/**/"msg":"m"})", 400, -1, ""},
  };
}

std::vector<BadRequest> bad_fields() {
  return {
      {"no topic", R"({"msg":"m"})", 400, -1, "topic"},
      {"no payload", R"({"topic":"t"})", 400, -1, "msg"},
      {"two payloads", message_with("payload", "other"), 400, -1, "payload"},
      {"two payloads again", message_with("message", "other"), 400, -1, "message"},
      field("topic", 42),
      field("topic", nullptr),
      field("qoss", 1),
      field("Topic", "t"),
      field("payload_encoding", "hex"),
      field("payload_encoding", 1),
      field("qos", 3, -9),
      field("qos", -1, -9),
      field("qos", 256, -9),
      field("qos", 4294967296, -9),
      field("qos", 1.5, std::nullopt),
      field("qos", "1", std::nullopt),
      field("qos", true, std::nullopt),
      field("qos", nullptr, std::nullopt),
      field("retain", "yes"),
      field("retain", 1),
      field("properties", 1),
      field("properties", json::array()),
      {"base64 of no base64", R"({"topic":"t","msg":"####","payload_encoding":"base64"})", 400, -1, ""},
      {"base64 without padding", R"({"topic":"t","msg":"YQ","payload_encoding":"base64"})", 400, -1, ""},
      {"base64 with a line break", R"({"topic":"t","msg":"YQ==\n","payload_encoding":"base64"})", 400, -1,
       ""},
      {"base64 with stray bits", R"({"topic":"t","msg":"YR==","payload_encoding":"base64"})", 400, -1, ""},
      {"base64 of the web", R"({"topic":"t","msg":"_-8=","payload_encoding":"base64"})", 400, -1, ""},
      {"base64 of an object", R"({"topic":"t","msg":{},"payload_encoding":"base64"})", 400, -1, ""},
      property("contentType", "text/plain"),
      property("content_type", 1),
      property("content_type", std::string("a\0b", 3)),
      property("content_type", std::string(65536, 'c')),
      property("message_expiry_interval", -1),
      property("message_expiry_interval", 4294967296),
      property("message_expiry_interval", 1.5),
      property("message_expiry_interval", "60"),
      property("payload_format_indicator", 2),
      property("payload_format_indicator", true),
      property("response_topic", "a/#"),
      property("response_topic", ""),
      property("response_topic", 1),
      property("correlation_data", 1),
      property("correlation_data", std::string(65536, 'c')),
      property("user_properties", "k"),
      property("user_properties", {{"k", 1}}),
      property("user_properties", json::array({json::array({"k"})})),
      property("user_properties", json::array({json::array({"k", "v", "w"})})),
      property("user_properties", json::array({"k"})),
      {"said to be text and is not",
       R"({"topic":"t","msg":"/w==","payload_encoding":"base64","properties":{"payload_format_indicator":1}})",
       400, -1, "payload_format_indicator"},
  };
}

std::vector<BadRequest> bad_topics() {
  std::string levels;
  for (int level = 0; level < 200; ++level) levels += "l/";
  BadRequest reserved = topic("the broker's own", "$SYS/x");
  reserved.status = 403;
  reserved.code = 135;
  reserved.detail_part = "mqtt.allow_dollar_topics";
  BadRequest surrogate = topic("lone surrogate", "a\\ud800b");
  surrogate.code.reset();
  surrogate.detail_part.clear();
  BadRequest not_utf8 = topic("not UTF-8", "a\xc3");
  not_utf8.code.reset();
  not_utf8.detail_part.clear();
  return {
      topic("empty", ""),
      topic("#", "#"),
      topic("a/#", "a/#"),
      topic("a#", "a#"),
      topic("+", "+"),
      topic("a/+/b", "a/+/b"),
      topic("NUL", "a\\u0000b"),
      topic("control character", "a\\u0001"),
      topic("line feed", "a\\n"),
      topic("DEL", "a\\u007f"),
      topic("C1", "a\\u0085"),
      topic("U+FFFF", "a\\uffff"),
      topic("U+FDD0", "a\\ufdd0"),
      topic("U+1FFFE", "a\\ud83f\\udffe"),
      topic("65,536 bytes", std::string(65536, 't')),
      topic("201 levels", levels + "l"),
      reserved,
      surrogate,
      not_utf8,
  };
}

std::vector<BadRequest> bad_forms() {
  const std::string good = "topic=t&msg=" + private_word;
  return {
      form("msg=m", "topic"),
      form("topic=t", "msg"),
      form(good + "&topic=u", "topic"),
      form(good + "&payload=other", "payload"),
      form(good + "&msg=twice", "msg"),
      form(good + "&qos=3", "qos", -9),
      form(good + "&qos=1&qos=1", "qos"),
      form(good + "&retain=perhaps", "retain"),
      form(good + "&content_type=x", "content_type"),
      form("topic=a%2F%23&msg=m", "topic", 144),
      form("topic=&msg=m", "topic", 144),
      form("topic=%zz&msg=m", ""),
  };
}

std::vector<BadRequest> bad_paths() {
  return {
      path("/topics/", "topic", 144),
      path("/topics/a/+", "topic", 144),
      path("/topics/a/%23", "topic", 144),
      path("/topics/a%00b", "topic", std::nullopt),
      path("/topics/a%0Ab", "topic", std::nullopt),
      path("/topics/a%ff", "topic", std::nullopt),
      path("/topics/a%zz", "", std::nullopt),
      path("/topics/a%2", "", std::nullopt),
      path("/topics/t?qos=3", "qos", -9),
      path("/topics/t?qos=", "qos", std::nullopt),
      path("/topics/t?qos=one", "qos", std::nullopt),
      path("/topics/t?qos=1&qos=2", "qos", std::nullopt),
      path("/topics/t?retain=perhaps", "retain", -1),
      path("/topics/t?messageExpiry=-1", "messageExpiry", -1),
      path("/topics/t?messageExpiry=4294967296", "messageExpiry", -1),
      path("/topics/t?messageExpiry=1s", "messageExpiry", -1),
      path("/topics/t?payloadFormatIndicator=2", "payloadFormatIndicator", -1),
      path("/topics/t?responseTopic=a%2F%23", "response", std::nullopt),
      path("/topics/t?userProperty=nocolon", "userProperty", -1),
      path("/topics/t?quos=1", "quos", -1),
  };
}

std::vector<BadRequest> bad_routes() {
  return {
      route("POST", "/", 405),
      route("GET", "/nothing", 404),
      route("POST", "/publish/x", 404),
      route("POST", "/topics", 404),
      route("GET", "/publish", 405),
      route("DELETE", "/publish", 405),
      route("GET", "/publish/bulk", 405),
      route("POST", "/healthz", 405),
      route("POST", "/subscriptions", 405),
  };
}

}  // namespace bridge::test
