#include "form_message.h"

#include <set>
#include <string>
#include <utility>

#include "message_fields.h"
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
  std::set<std::string> seen_;
};

}  // namespace

Message message_from_form(std::string_view form) {
  FormDraft draft;
  for (auto& [name, value] : decode_pairs(form)) draft.set(name, std::move(value));
  return draft.finish();
}

}  // namespace bridge
