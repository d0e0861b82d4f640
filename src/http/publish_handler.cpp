#include "publish_handler.h"

#include "bridge/core/error.h"
#include "characters.h"
#include "form_message.h"
#include "json_message.h"
#include "media_type.h"

namespace bridge {
namespace {

bool looks_like_json_object(std::string_view content) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && content[first] == '{';
}

}  // namespace

Message message_from_content(const Exchange& exchange, std::size_t max_json_depth) {
  const std::string_view type = media_type(exchange.head);
  if (exchange.content.empty())
    throw Error(Errc::malformed_content, "the content is empty; send JSON with topic and msg");
  if (looks_like_json_object(exchange.content)) return message_from_json(exchange.content, max_json_depth);
  if (equals_ignoring_case(type, form_type)) return message_from_form(exchange.content);
  if (type.starts_with("multipart/"))
    throw Error(Errc::unsupported_encoding,
                "Content-Type: send JSON, or a form as application/x-www-form-urlencoded");
  return message_from_json(exchange.content, max_json_depth);
}

}  // namespace bridge
