#include "publish_handler.h"

#include "bridge/core/error.h"
#include "form_message.h"
#include "json_message.h"
#include "media_type.h"
#include "message_fields.h"
#include "text_content.h"

namespace bridge {
namespace {

/// @return true if content under curl's default type, a form's, is meant as JSON: no form begins with these.
bool is_meant_as_json(char first) { return first == '[' || first == '"' || first == '\''; }

Message message_from_text(const TextContent& content, std::size_t max_json_depth) {
  try {
    return message_from_json(content.text, max_json_depth, content.before);
  } catch (const Error& error) {
    if (error.errc() != Errc::malformed_content) throw;
    const std::string mistake = likely_mistake(content.text, max_json_depth);
    if (mistake.empty()) throw;
    throw Error(Errc::malformed_content, mistake);
  }
}

}  // namespace

Message message_from_content(const RequestContext& context, std::size_t max_json_depth) {
  refuse_query(context.head, "/publish");
  const std::string_view content_type = context.head.field("Content-Type").value_or("");
  const TextContent content(context.content);
  if (content.is_blank)
    throw Error(Errc::malformed_content, "the content is empty; send JSON with topic and msg");
  const std::string_view type = media_type_of(content_type);
  if (content.first != '{' && equals_ignoring_case(type, multipart_form_type))
    return message_from_multipart(content_type, context.content);
  check_charset(content_type, content.text, equals_ignoring_case(type, form_type));
  if (content.first == '{' || is_meant_as_json(content.first))
    return message_from_text(content, max_json_depth);
  if (equals_ignoring_case(type, form_type)) {
    check_utf8(content.text, content.before);
    return message_from_form(content.text);
  }
  if (is_multipart(type))
    throw Error(Errc::unsupported_encoding,
                "Content-Type: of multipart only form-data is taken; send JSON, or a form");
  return message_from_text(content, max_json_depth);
}

Message message_from_get(const RequestContext& context) {
  const RequestHead& head = context.head;
  const std::string_view site = head.field("Sec-Fetch-Site").value_or("none");
  if (site != "none" && site != "same-origin" && !head.field("Origin"))
    throw Error(Errc::foreign_origin, "Sec-Fetch-Site: a page of another site must not publish by GET");
  for (const char* purpose : {"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"})
    if (head.field(purpose))
      throw Error(Errc::foreign_origin,
                  std::string(purpose) + ": a browser that looks ahead must not publish");
  if (!context.content.empty())
    throw Error(Errc::malformed_content, "GET /publish takes its fields from the query, and no content");
  return message_from_form(head.query());
}

}  // namespace bridge
