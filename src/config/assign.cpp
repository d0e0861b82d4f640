#include "assign.h"

#include <algorithm>
#include <sstream>

namespace bridge::config {
namespace {

bool is_listed(std::string_view values, std::string_view value) {
  std::istringstream words{std::string(values)};
  for (std::string word; words >> word;)
    if (word == value) return true;
  return false;
}

std::string list_of(std::string_view values) {
  std::string list;
  for (const char c : values) list += c == ' ' ? std::string(", ") : std::string(1, c);
  return list;
}

/// Checks one value against one setting, and writes it into Settings.
class Assignment {
 public:
  Assignment(const Setting& setting, const RawValue& value, Settings& settings, std::vector<Fault>& faults)
      : setting_(setting), value_(value), settings_(settings), faults_(faults) {}

  void operator()(Reference<bool> target) const {
    const bool* value = std::get_if<bool>(&value_.data);
    if (value == nullptr) return refuse(value_, "must be true or false");
    target(settings_) = *value;
  }

  void operator()(const Number& target) const {
    if (const auto number = possible_number()) target.set(settings_, *number);
  }

  void operator()(Reference<std::string> target) const {
    if (const auto* text = possible_text(value_, "")) target(settings_) = *text;
  }

  void operator()(Reference<std::vector<std::string>> target) const {
    take_list(target, [this](const RawValue& item, const std::string& name) -> std::optional<std::string> {
      const std::string* text = possible_text(item, name);
      return text == nullptr ? std::nullopt : std::optional(*text);
    });
  }

  void operator()(Reference<std::vector<Subscription>> target) const {
    take_list(target, [this](const RawValue& item, const std::string& name) -> std::optional<Subscription> {
      if (const auto* table = std::get_if<RawTable>(&item.data)) return subscription(item, *table, name);
      const std::string* filter = possible_text(item, name);
      return filter == nullptr ? std::nullopt : std::optional(Subscription{*filter, QoS::at_most_once});
    });
  }

 private:
  void refuse(const RawValue& value, const std::string& what) const {
    faults_.push_back({value.place, std::string(setting_.key), what});
  }

  std::optional<std::int64_t> possible_number() const {
    const auto* number = std::get_if<std::int64_t>(&value_.data);
    if (const auto* one_of = std::get_if<OneOf>(&setting_.rule)) {
      if (number != nullptr && is_listed(one_of->values, std::to_string(*number))) return *number;
      refuse(value_, "must be one of the numbers " + list_of(one_of->values));
      return std::nullopt;
    }
    const Range range = std::get<Range>(setting_.rule);
    if (number != nullptr && *number >= range.min && *number <= range.max) return *number;
    const std::string unit = setting_.unit.empty() ? "" : " of " + std::string(setting_.unit);
    refuse(value_, "must be a whole number" + unit + " from " + std::to_string(range.min) + " to " +
                       std::to_string(range.max));
    return std::nullopt;
  }

  const std::string* possible_text(const RawValue& value, const std::string& name) const {
    const auto* text = std::get_if<std::string>(&value.data);
    const std::string problem = text == nullptr ? "must be text in quotes" : problem_of(*text);
    if (problem.empty()) return text;
    refuse(value, name + problem);
    return nullptr;
  }

  std::string problem_of(const std::string& text) const {
    if (const auto* check = std::get_if<Check>(&setting_.rule)) return (*check)(text);
    const auto* one_of = std::get_if<OneOf>(&setting_.rule);
    if (one_of == nullptr || is_listed(one_of->values, text)) return {};
    return "must be one of " + list_of(one_of->values);
  }

  /// Takes all items; none if any of them is faulty. The faults of all items are told.
  template <class T, class TakeItem>
  void take_list(Reference<std::vector<T>> target, TakeItem take_item) const {
    const auto* list = std::get_if<RawList>(&value_.data);
    if (list == nullptr) return refuse(value_, "must be a list in brackets");
    std::vector<T> taken;
    for (std::size_t i = 0; i < list->size(); ++i)
      if (auto item = take_item((*list)[i], "item " + std::to_string(i + 1) + ": ")) taken.push_back(*item);
    if (taken.size() == list->size()) target(settings_) = std::move(taken);
  }

  /// `{ filter = "…", qos = 1 }`
  std::optional<Subscription> subscription(const RawValue& item, const RawTable& table,
                                           const std::string& name) const {
    const std::size_t faults_before = faults_.size();
    std::optional<Subscription> result;
    QoS qos = QoS::at_most_once;
    for (const auto& [key, value] : table) {
      if (key == "filter") {
        if (const auto* filter = possible_text(value, name)) result = Subscription{*filter, {}};
      } else if (key == "qos") {
        const auto* number = std::get_if<std::int64_t>(&value.data);
        const bool possible = number != nullptr && *number >= 0 && *number <= 2;
        if (possible) qos = static_cast<QoS>(*number);
        if (!possible) refuse(value, name + "qos must be a whole number from 0 to 2");
      } else {
        refuse(value, name + "has an unknown key; known are filter and qos");
      }
    }
    if (faults_.size() != faults_before) return std::nullopt;
    if (result) result->qos = qos;
    if (!result) refuse(item, name + "must have a filter");
    return result;
  }

  const Setting& setting_;
  const RawValue& value_;
  Settings& settings_;
  std::vector<Fault>& faults_;
};

}  // namespace

void assign(const Setting& setting, const RawValue& value, Settings& settings, std::vector<Fault>& faults) {
  std::visit(Assignment(setting, value, settings, faults), setting.field);
}

}  // namespace bridge::config
