#include "layers.h"

#include <algorithm>
#include <charconv>

#include "nearest.h"
#include "toml_file.h"

namespace bridge::config {
namespace {

struct Found {
  std::string key;
  const RawValue* value;
  bool known;
};

std::string joined(const std::string& section, const std::string& name) { return section + "." + name; }

/// All values of a table and of the sections in it. A quoted key with a dot in it is nobody's.
void collect(const RawTable& table, const std::string& section, std::vector<Found>& all) {
  for (const auto& [name, value] : table) {
    const std::string key = section.empty() ? name : joined(section, name);
    const bool plain = name.find('.') == name.npos;
    const auto* inner = std::get_if<RawTable>(&value.data);
    if (plain && inner != nullptr && is_section(key)) {
      collect(*inner, key, all);
    } else {
      all.push_back({key, &value, plain && find_setting(key) != nullptr});
    }
  }
}

void refuse_unknown(const Found& found, Loading& loading) {
  std::string what = "is not known";
  if (is_section(found.key)) {
    what = "is a section: its keys stand under [" + found.key + "]";
  } else if (const std::string nearest = nearest_name(found.key); !nearest.empty()) {
    what += "; did you mean " + nearest + "?";
  }
  loading.faults.push_back({found.value->place, found.key, what});
}

/// Text from the environment or a flag, which has no types. What is no number stays text, and is refused.
RawValue typed(const Setting& setting, const std::string& text, std::string_view place) {
  RawValue raw{text, std::string(place), 0};
  if (!std::holds_alternative<Number>(setting.field)) return raw;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) raw.data = number;
  return raw;
}

}  // namespace

void take_file(const std::string& path, Loading& loading) {
  const RawTable table = read_toml_file(path, loading.faults);
  std::vector<Found> all;
  collect(table, "", all);
  std::stable_sort(all.begin(), all.end(),
                   [](const Found& a, const Found& b) { return a.value->line < b.value->line; });
  for (const Found& found : all) {
    if (found.known) {
      loading.take(*find_setting(found.key), *found.value, Layer::file);
    } else {
      refuse_unknown(found, loading);
    }
  }
}

void take_environment(const Environment& environment, Loading& loading) {
  for (const Setting& setting : all_settings()) {
    if (setting.environment.empty()) continue;
    const auto text = environment(std::string(setting.environment));
    if (!text || text->empty()) continue;
    loading.take(setting, typed(setting, *text, setting.environment), Layer::environment);
  }
}

void take_flags(const CommandLine& command_line, Loading& loading) {
  for (const auto& [key, text] : command_line.settings) {
    if (const Setting* setting = find_setting(key)) {
      loading.take(*setting, typed(*setting, text, setting->flag.name), Layer::flag);
    } else {
      loading.faults.push_back({"command line", key, "is not known"});
    }
  }
  if (command_line.subscribe.empty()) return;
  const Setting& subscribe = *find_setting("mqtt.subscribe");
  const std::string place(subscribe.flag.name);
  RawList filters;
  for (const std::string& filter : command_line.subscribe) filters.push_back({filter, place, 0});
  loading.take(subscribe, {filters, place, 0}, Layer::flag);
}

}  // namespace bridge::config
