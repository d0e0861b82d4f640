#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "packet.h"

namespace bridge::mqtt {

/// The place of properties: in a packet, or before the payload of a Will in CONNECT (MQTT 5.0, 2.2.2.2).
class PropertyPlace {
 public:
  constexpr explicit PropertyPlace(PacketType packet) : number_(static_cast<unsigned>(packet)) {}
  static constexpr PropertyPlace will() { return PropertyPlace(PacketType{0}); }
  constexpr std::uint16_t bit() const { return static_cast<std::uint16_t>(1U << number_); }
  constexpr bool operator==(const PropertyPlace&) const = default;

 private:
  unsigned number_;
};

/// The member that holds a property's value; its type says how the value is encoded.
using PropertyMember =
    std::variant<std::optional<std::uint8_t> Properties::*, std::optional<std::uint16_t> Properties::*,
                 std::optional<std::uint32_t> Properties::*, std::optional<std::string_view> Properties::*,
                 std::vector<std::uint32_t> Properties::*,  // Variable Byte Integers
                 std::vector<std::pair<std::string_view, std::string_view>> Properties::*>;  // UTF-8 String
                                                                                             // Pairs

/// The rule of a property's own clause for its value.
enum class PropertyValue : std::uint8_t {
  any,
  zero_or_one,
  not_zero,
  text,        // a UTF-8 Encoded String
  topic_name,  // likewise, without wildcards
};

/// One row of the table of properties (MQTT 5.0, 2.2.2.2).
struct PropertyRule {
  std::uint8_t identifier;
  std::string_view name;
  PropertyMember member;
  PropertyValue value;
  std::uint16_t places;  // bits of PropertyPlace

  constexpr bool may_stand_in(PropertyPlace place) const { return (places & place.bit()) != 0; }
};

/// All properties, by ascending identifier.
std::span<const PropertyRule> property_table();

/// @return nullptr for an identifier that is no property's.
const PropertyRule* find_property(std::uint32_t identifier);

}  // namespace bridge::mqtt
