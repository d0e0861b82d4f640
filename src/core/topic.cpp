#include "bridge/core/topic.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "bridge/core/error.h"
#include "bridge/core/utf8.h"

namespace bridge {
namespace {

constexpr std::size_t max_bytes = 65535;  // MQTT 5.0, 1.5.4
constexpr std::size_t max_levels = 200;

/// The rules that Topic Names and Topic Filters share; empty if they are kept.
std::string_view fault_of(std::string_view topic) {
  if (topic.empty()) return "is empty";
  if (topic.size() > max_bytes) return "is longer than 65535 bytes";
  const auto separators = std::count(topic.begin(), topic.end(), '/');
  if (static_cast<std::size_t>(separators) >= max_levels) return "has more than 200 levels";
  return string_fault(topic);
}

/// `+` fills a level, `#` the last one (MQTT 5.0, 4.7.1.2 and 4.7.1.3).
bool wildcards_stand_alone(std::string_view filter) {
  while (true) {
    const std::size_t end = filter.find('/');
    const bool last = end == std::string_view::npos;
    const std::string_view level = filter.substr(0, end);
    const bool wild = level.find_first_of("+#") != std::string_view::npos;
    if (wild && level.size() != 1) return false;
    if (level == "#" && !last) return false;
    if (last) return true;
    filter.remove_prefix(end + 1);
  }
}

[[noreturn]] void refuse_filter(std::string_view fault) {
  throw Error(Errc::invalid_topic_filter, "the Topic Filter " + std::string(fault));
}

/// The filter behind `$share/<name>/` (MQTT 5.0, 4.8.2).
std::string_view without_share(std::string_view filter) {
  if (!is_shared_filter(filter)) return filter;
  filter.remove_prefix(std::string_view("$share/").size());
  const std::size_t end = filter.find('/');
  const std::string_view name = filter.substr(0, end);
  if (name.empty() || name.find_first_of("+#") != std::string_view::npos)
    refuse_filter("has no valid share name after $share/");
  if (end == std::string_view::npos || end + 1 == filter.size())
    refuse_filter("has no filter after its share name");
  return filter.substr(end + 1);
}

}  // namespace

void check_topic_name(std::string_view name) {
  std::string_view fault = fault_of(name);
  if (fault.empty() && name.find_first_of("+#") != std::string_view::npos)
    fault = "has a wildcard, '+' or '#', and cannot be published to";
  if (!fault.empty()) throw Error(Errc::invalid_topic_name, "the Topic Name " + std::string(fault));
}

void check_topic_filter(std::string_view filter) {
  if (const std::string_view fault = fault_of(filter); !fault.empty()) refuse_filter(fault);
  if (!wildcards_stand_alone(without_share(filter)))
    refuse_filter(
        "has a wildcard that does not stand alone in its level, or a '#' that is not the last level");
}

bool topic_matches(std::string_view filter, std::string_view name) {
  if (is_dollar_topic(filter) != is_dollar_topic(name)) return false;
  while (true) {
    const std::size_t filter_end = filter.find('/');
    const std::string_view level = filter.substr(0, filter_end);
    if (level == "#") return true;
    const std::size_t name_end = name.find('/');
    if (level != "+" && level != name.substr(0, name_end)) return false;
    const bool filter_done = filter_end == std::string_view::npos;
    const bool name_done = name_end == std::string_view::npos;
    if (name_done) return filter_done || filter.substr(filter_end) == "/#";  // `a/#` is also for `a`
    if (filter_done) return false;
    filter.remove_prefix(filter_end + 1);
    name.remove_prefix(name_end + 1);
  }
}

}  // namespace bridge
