#include "form_message.h"

#include <set>
#include <string>
#include <utility>

#include "media_type.h"
#include "message_fields.h"
#include "multipart.h"
#include "pairs.h"

namespace bridge {
namespace {

class FormDraft {
 public:
  void set(const std::string& name, std::string value) {
    if (!seen_.insert(is_payload_field(name) ? "msg" : name).second)
      invalid_field(name, is_payload_field(name) ? "is a second payload" : "must not be given twice");
    if (name == "topic") {
      message_.topic_name = std::move(value);
    } else if (is_payload_field(name)) {
      message_.payload = std::move(value);
    } else if (name == "qos") {
      message_.qos = parse_qos(name, value);
    } else if (name == "retain") {
      message_.retain = parse_bool(name, value);
    } else {
      unknown_field(name);
    }
  }

  Message finish() {
    if (!seen_.contains("topic")) invalid_field("topic", "is missing");
    if (!seen_.contains("msg")) invalid_field("msg", "is missing; give exactly one of msg, payload, message");
    return std::move(message_);
  }

 private:
  Message message_;
  std::set<std::string> seen_;  // of the names above: any other ends it
};

void set_part(FormDraft& draft, const FormPart& part) {
  const bool is_payload = is_payload_field(part.name);
  if (part.is_file && !is_payload && is_message_field(part.name))
    invalid_field(part.name, "must be a field with a text, not a file");
  if (!part.is_file) check_charset(part.content_type, part.content);
  draft.set(part.name, std::string(part.content));
}

}  // namespace

Message message_from_form(std::string_view form) {
  FormDraft draft;
  PairReader reader(form);
  while (auto pair = reader.next()) {
    require_equals(*pair);
    draft.set(pair->name, std::move(pair->value));
  }
  return draft.finish();
}

Message message_from_multipart(std::string_view content_type, std::string_view content) {
  FormDraft draft;
  MultipartReader reader(content_type, content);
  while (const auto part = reader.next()) set_part(draft, *part);
  return draft.finish();
}

}  // namespace bridge
