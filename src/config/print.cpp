#include "print.h"

#include <array>
#include <cstdio>

#include "bridge/config/load.h"

namespace bridge::config {
namespace {

/// A basic string (TOML 1.0, String). The text is UTF-8: every setting was checked for that.
std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04X", static_cast<unsigned>(c));
      result += escaped.data();
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string subscription(const Subscription& subscription) {
  std::string filter = in_quotes(subscription.topic_filter);
  if (subscription.qos == QoS::at_most_once) return filter;
  return "{ filter = " + filter + ", qos = " + std::to_string(static_cast<int>(subscription.qos)) + " }";
}

template <class T, class PrintItem>
std::string list(const std::vector<T>& items, PrintItem print_item) {
  std::string result;
  for (const T& item : items) result += (result.empty() ? "" : ", ") + print_item(item);
  return "[" + result + "]";
}

class Printer {
 public:
  Printer(const Setting& setting, Settings& settings) : setting_(setting), settings_(settings) {}

  std::string operator()(Reference<bool> value) const { return value(settings_) ? "true" : "false"; }
  std::string operator()(const Number& value) const { return std::to_string(value.get(settings_)); }
  std::string operator()(Reference<std::string> value) const {
    const std::string& text = value(settings_);
    return in_quotes(setting_.secret && !text.empty() ? "***" : text);
  }
  std::string operator()(Reference<std::vector<std::string>> value) const {
    return list(value(settings_), in_quotes);
  }
  std::string operator()(Reference<std::vector<Subscription>> value) const {
    return list(value(settings_), subscription);
  }

 private:
  const Setting& setting_;
  Settings& settings_;
};

}  // namespace

std::string print_value(const Setting& setting, Settings& settings) {
  return std::visit(Printer(setting, settings), setting.field);
}

}  // namespace bridge::config

namespace bridge {

std::string print_settings(const Settings& settings) {
  Settings shown = settings;
  // The password came from the file; load_settings() would refuse both beside each other.
  if (!shown.mqtt.password_file.empty()) shown.mqtt.password.clear();
  if (!shown.mqtt.tls.key_passphrase_file.empty()) shown.mqtt.tls.key_passphrase.clear();
  std::string result;
  std::string_view section;
  for (const config::Setting& setting : config::all_settings()) {
    if (const std::string_view own = config::section_of(setting.key); own != section) {
      result.append("\n[").append(own).append("]\n");
      section = own;
    }
    const std::string_view name = setting.key.substr(section.empty() ? 0 : section.size() + 1);
    result.append(name).append(" = ").append(config::print_value(setting, shown));
    if (!setting.unit.empty()) result.append("  # ").append(setting.unit);
    result += '\n';
  }
  return result;
}

}  // namespace bridge
