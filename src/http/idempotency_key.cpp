#include "idempotency_key.h"

#include <string>
#include <string_view>

#include "bridge/core/fingerprint.h"
#include "characters.h"
#include "message_fields.h"

namespace bridge {
namespace {

constexpr std::string_view field_name = "Idempotency-Key";
constexpr std::size_t longest_key = 255;

std::string_view without_quotes(std::string_view key) {
  const bool quoted = key.size() >= 2 && key.front() == '"' && key.back() == '"';
  return quoted ? key.substr(1, key.size() - 2) : key;
}

}  // namespace

std::optional<RequestMark> request_mark(const Exchange& exchange) {
  std::optional<RequestMark> mark;
  for (const FieldView& field : exchange.head.fields) {
    if (!equals_ignoring_case(field.name, field_name)) continue;
    if (mark) invalid_field(field_name, "must not be given twice");
    const std::string_view key = without_quotes(field.value);
    if (key.empty() || key.size() > longest_key) invalid_field(field_name, "must have 1 to 255 characters");
    Fingerprint fingerprint;
    fingerprint.add(exchange.head.method);
    fingerprint.add(exchange.head.target);
    fingerprint.add(exchange.head.field("Content-Type").value_or(""));
    fingerprint.add(exchange.content);
    mark = {std::string(key), fingerprint.value()};
  }
  return mark;
}

}  // namespace bridge
