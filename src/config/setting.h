#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "bridge/core/settings.h"

namespace bridge::config {

template <class T>
using Reference = T& (*)(Settings&);

/// A whole number, whatever type it has in Settings (a port, a duration, a size, a QoS).
struct Number {
  std::int64_t (*get)(Settings&);
  void (*set)(Settings&, std::int64_t);
};

/// The field of Settings that holds a setting, by its kind.
using Field = std::variant<Reference<std::string>, Reference<bool>, Number,
                           Reference<std::vector<std::string>>, Reference<std::vector<Subscription>>>;

/// Checks a text. @return why it is refused, as a sentence; empty if it is not.
using Check = std::string (*)(std::string_view text);

struct Range {
  std::int64_t min;
  std::int64_t max;
};

struct OneOf {
  std::string_view values;  // separated by a space
};

using Rule = std::variant<std::monostate, Check, Range, OneOf>;

struct Flag {
  std::string_view name = {};  // "--mqtt-port"; empty: none
  std::string_view value_name = {};
  std::string_view help = {};
};

/// The description of one setting. Reading, checking, printing and the command line all follow from it.
struct Setting {
  std::string_view key;
  Field field;
  Rule rule = {};
  std::string_view unit = {};
  Flag flag = {};
  bool secret = false;
};

/// Every setting there is; those of one section stand together.
std::span<const Setting> all_settings();

/// nullptr if there is none of that key.
const Setting* find_setting(std::string_view key);

/// Its environment variable: "MQTT_TLS_CA_FILE" of "mqtt.tls.ca_file".
std::string variable_of(std::string_view key);

/// "mqtt.tls" of "mqtt.tls.ca_file", "" of "state_dir".
std::string_view section_of(std::string_view key);

bool is_section(std::string_view name);

template <class T, class... Others>
concept OneTypeOf = (std::same_as<T, Others> || ...);

/// The field at the end of a path of members: field<&Settings::mqtt, &MqttSettings::port>().
template <auto... Path>
constexpr Field field() {
  constexpr auto reach = [](Settings & settings) -> auto& { return (settings.*....*Path); };
  using T = std::remove_reference_t<decltype(reach(std::declval<Settings&>()))>;
  if constexpr (OneTypeOf<T, std::string, bool, std::vector<std::string>, std::vector<Subscription>>) {
    return Reference<T>(reach);
  } else if constexpr (std::same_as<T, std::chrono::seconds>) {
    return Number{[](Settings& settings) -> std::int64_t { return (settings.*....*Path).count(); },
                  [](Settings& settings, std::int64_t value) { (settings.*....*Path) = T(value); }};
  } else {
    return Number{
        [](Settings& settings) { return static_cast<std::int64_t>((settings.*....*Path)); },
        [](Settings& settings, std::int64_t value) { (settings.*....*Path) = static_cast<T>(value); }};
  }
}

}  // namespace bridge::config
