#include "properties_decoder.h"

#include <string>

#include "fault.h"
#include "leniency.h"
#include "text.h"

namespace bridge::mqtt {
namespace {

/// Reads the value of one property into its place.
class ValueReader {
 public:
  ValueReader(Reader& reader, PropertyPlace place, const PropertyRule& rule, Properties& properties)
      : reader_(reader),
        in_publish_(place == PropertyPlace(PacketType::publish)),
        rule_(rule),
        into_(properties) {}

  void operator()(std::optional<std::uint8_t> Properties::*member) {
    set(into_.*member, number(reader_.byte()));
  }
  void operator()(std::optional<std::uint16_t> Properties::*member) {
    set(into_.*member, number(reader_.two_byte_integer()));
  }
  void operator()(std::optional<std::uint32_t> Properties::*member) {
    set(into_.*member, number(reader_.four_byte_integer()));
  }
  void operator()(std::optional<std::string_view> Properties::*member) { set(into_.*member, text()); }
  void operator()(std::vector<std::uint32_t> Properties::*member) {
    // 3.8.2.1.2: once in a SUBSCRIBE; 3.3.2.3.8: one for each subscription in a PUBLISH
    if (!in_publish_ && !(into_.*member).empty()) refuse("stands there twice");
    (into_.*member).push_back(number(reader_.variable_byte_integer()));
  }
  void operator()(std::vector<std::pair<std::string_view, std::string_view>> Properties::*member) {
    const std::string_view name = text();
    (into_.*member).emplace_back(name, text());
  }

 private:
  template <typename Value>
  void set(std::optional<Value>& at, Value value) {
    if (at) refuse("stands there twice");
    at = value;
  }

  template <typename Number>
  Number number(Number value) const {
    if (rule_.value == PropertyValue::not_zero && value == 0) refuse("is 0");
    if (rule_.value == PropertyValue::zero_or_one && value > 1 && !is_taken_anyway())
      refuse("is neither 0 nor 1");
    return value;
  }

  /// The texts of a PUBLISH come from any client, and are not checked (see decode()).
  std::string_view text() {
    if (rule_.value == PropertyValue::any || in_publish_) return reader_.binary_data();
    const std::string_view text = reader_.utf8_string();
    if (rule_.value == PropertyValue::topic_name && !topic_name_fault(text).empty())
      refuse("is no Topic Name");
    return text;
  }

  bool is_taken_anyway() const { return in_publish_ && has_any_value_in_publish(rule_.identifier); }

  [[noreturn]] void refuse(std::string_view why) const {
    throw_protocol_error(reader_.packet(), "the " + std::string(rule_.name) + " " + std::string(why));
  }

  Reader& reader_;
  bool in_publish_;
  const PropertyRule& rule_;
  Properties& into_;
};

}  // namespace

Properties read_properties(Reader& reader, PropertyPlace place) {
  Reader part = reader.part(reader.variable_byte_integer());
  Properties properties;
  while (!part.at_end()) {
    const PropertyRule* const rule = find_property(part.variable_byte_integer());
    if (rule == nullptr) throw_malformed(part.packet(), "has a property that does not exist (2.2.2.2)");
    if (!rule->may_stand_in(place))
      throw_malformed(part.packet(), "may not have the property " + std::string(rule->name) + " (2.2.2.2)");
    std::visit(ValueReader(part, place, *rule, properties), rule->member);
  }
  return properties;
}

}  // namespace bridge::mqtt
