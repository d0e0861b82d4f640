#pragma once

#include <variant>

#include "packet.h"
#include "property_table.h"
#include "sink.h"

namespace bridge::mqtt {

/// Puts the value of one property, with its identifier in front, into a sink; nothing if it is not set.
template <typename Sink>
class ValuePutter {
 public:
  ValuePutter(Sink& sink, std::uint8_t identifier, const Properties& properties)
      : sink_(sink), identifier_(identifier), from_(properties) {}

  void operator()(std::optional<std::uint8_t> Properties::*member) {
    if (begins(from_.*member)) sink_.byte(*(from_.*member));
  }
  void operator()(std::optional<std::uint16_t> Properties::*member) {
    if (begins(from_.*member)) sink_.two_byte_integer(*(from_.*member));
  }
  void operator()(std::optional<std::uint32_t> Properties::*member) {
    if (begins(from_.*member)) sink_.four_byte_integer(*(from_.*member));
  }
  void operator()(std::optional<std::string_view> Properties::*member) {
    if (begins(from_.*member)) sink_.string(*(from_.*member));
  }
  void operator()(std::vector<std::uint32_t> Properties::*member) {
    for (const std::uint32_t value : from_.*member) {
      sink_.byte(identifier_);
      sink_.variable_byte_integer(value);
    }
  }
  void operator()(std::vector<std::pair<std::string_view, std::string_view>> Properties::*member) {
    for (const auto& [name, value] : from_.*member) {
      sink_.byte(identifier_);
      sink_.string(name);
      sink_.string(value);
    }
  }

 private:
  template <typename Value>
  bool begins(const std::optional<Value>& value) {
    if (value) sink_.byte(identifier_);
    return value.has_value();
  }

  Sink& sink_;
  std::uint8_t identifier_;
  const Properties& from_;
};

/// Writes the properties that may stand there, by ascending identifier, without the Property Length.
template <typename Sink>
void put_values(Sink& sink, const Properties& properties, PropertyPlace place) {
  for (const PropertyRule& rule : property_table())
    if (rule.may_stand_in(place)) std::visit(ValuePutter(sink, rule.identifier, properties), rule.member);
}

/// The size of the properties in bytes, without the Property Length.
inline std::size_t size_of_values(const Properties& properties, PropertyPlace place) {
  ByteCounter counter;
  put_values(counter, properties, place);
  return counter.size();
}

/// Writes Property Length and properties (MQTT 5.0, 2.2.2); those that may not stand there are left out.
template <typename Sink>
void put_properties(Sink& sink, const Properties& properties, PropertyPlace place) {
  sink.variable_byte_integer(size_of_values(properties, place));
  put_values(sink, properties, place);
}

}  // namespace bridge::mqtt
