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

/// Collects all values of a table and of its sections. A quoted key with a dot in it names no setting.
void collect(const RawTable& table, const std::string& section, std::vector<Found>& all) {
  for (const auto& [name, value] : table) {
    const std::string key = section.empty() ? name : joined(section, name);
    const bool plain = name.find('.') == name.npos;
    const auto* inner = std::get_if<RawTable>(&value.data);
    if (plain && inner != nullptr && is_section(key))
      collect(*inner, key, all);
    else
      all.push_back({key, &value, plain && find_setting(key) != nullptr});
  }
}

void refuse_unknown(const Found& found, Loading& loading) {
  std::string what = "is not known";
  if (is_section(found.key))
    what = "is a section: its keys stand under [" + found.key + "]";
  else if (const std::string nearest = nearest_name(found.key); !nearest.empty())
    what += "; did you mean " + nearest + "?";
  loading.faults.push_back({found.value->place, found.key, what});
}

std::string_view without_spaces(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

RawList split_at_commas(std::string_view text, const std::string& place) {
  RawList items;
  while (true) {
    const std::size_t comma = text.find(',');
    items.push_back({std::string(without_spaces(text.substr(0, comma))), place, 0});
    if (comma == text.npos) return items;
    text.remove_prefix(comma + 1);
  }
}

/// Gives a text from the environment or a flag the type of its setting. A text that is no number, or neither
/// true nor false, stays text, and is refused later.
RawValue typed(const Setting& setting, const std::string& text, const std::string& place) {
  RawValue raw{text, place, 0};
  if (std::holds_alternative<Number>(setting.field)) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) raw.data = number;
  } else if (std::holds_alternative<Reference<bool>>(setting.field)) {
    if (text == "true" || text == "false") raw.data = text == "true";
  } else if (!std::holds_alternative<Reference<std::string>>(setting.field)) {
    raw.data = split_at_commas(text, place);
  }
  return raw;
}

}  // namespace

void take_file(const std::string& path, Loading& loading) {
  const RawTable table = read_toml_file(path, loading.faults);
  std::vector<Found> all;
  collect(table, "", all);
  std::stable_sort(all.begin(), all.end(),
                   [](const Found& a, const Found& b) { return a.value->line < b.value->line; });
  for (const Found& found : all)
    if (found.known)
      loading.take(*find_setting(found.key), *found.value, Layer::file);
    else
      refuse_unknown(found, loading);
}

void take_environment(const Environment& environment, Loading& loading) {
  for (const Setting& setting : all_settings()) {
    const std::string name = variable_of(setting.key);
    const auto variable = environment.find(name);
    if (variable == environment.end() || variable->second.empty()) continue;
    loading.take(setting, typed(setting, variable->second, name), Layer::environment);
  }
}

void take_flags(const CommandLine& command_line, Loading& loading) {
  for (const auto& [key, text] : command_line.settings)
    if (const Setting* setting = find_setting(key))
      loading.take(*setting, typed(*setting, text, std::string(setting->flag.name)), Layer::flag);
    else
      loading.faults.push_back({"command line", key, "is not known"});
  if (command_line.subscribe.empty()) return;
  const Setting& subscribe = *find_setting("mqtt.subscribe");
  const std::string place(subscribe.flag.name);
  RawList filters;
  for (const std::string& filter : command_line.subscribe) filters.push_back({filter, place, 0});
  loading.take(subscribe, {filters, place, 0}, Layer::flag);
}

}  // namespace bridge::config
