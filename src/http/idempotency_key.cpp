#include "idempotency_key.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "bridge/core/fingerprint.h"
#include "characters.h"
#include "message_fields.h"
#include "property_fields.h"

namespace bridge {
namespace {

constexpr std::string_view field_name = "Idempotency-Key";
constexpr std::size_t longest_key = 255;

std::string_view without_quotes(std::string_view key) {
  const bool quoted = key.size() >= 2 && key.front() == '"' && key.back() == '"';
  return quoted ? key.substr(1, key.size() - 2) : key;
}

bool is_of_trace_context(std::string_view name) {
  return equals_ignoring_case(name, "traceparent") || equals_ignoring_case(name, "tracestate");
}

void add_property_fields_of(const RequestHead& head, const std::vector<std::string>& patterns,
                            Fingerprint& fingerprint) {
  for (const FieldView& field : head.fields) {
    if (!is_property_field(field.name, patterns) || is_of_trace_context(field.name)) continue;
    std::string name(field.name);
    std::transform(name.begin(), name.end(), name.begin(), to_lower);
    fingerprint.add(name);
    fingerprint.add(field.value);
  }
}

}  // namespace

std::optional<IdempotencyToken> idempotency_token_of(const RequestContext& context,
                                                     const std::vector<std::string>& property_fields) {
  std::optional<IdempotencyToken> token;
  for (const FieldView& field : context.head.fields) {
    if (!equals_ignoring_case(field.name, field_name)) continue;
    if (token) invalid_field(field_name, "must not be given twice");
    const std::string_view key = without_quotes(field.value);
    if (key.empty() || key.size() > longest_key) invalid_field(field_name, "must have 1 to 255 characters");
    Fingerprint fingerprint;
    fingerprint.add(context.head.method);
    fingerprint.add(context.head.target);
    fingerprint.add(context.head.field("Content-Type").value_or(""));
    fingerprint.add(context.content);
    add_property_fields_of(context.head, property_fields, fingerprint);
    token = {std::string(key), fingerprint.value()};
  }
  return token;
}

}  // namespace bridge
