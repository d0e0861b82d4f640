#include "nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "setting.h"

namespace bridge::config {
namespace {

constexpr std::size_t largest_distance = 2;
constexpr std::size_t longest_name = 64;

/// How many letters have to be put in, left out or exchanged (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t exchanged = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

}  // namespace

std::string nearest_name(std::string_view unknown) {
  if (unknown.size() > longest_name) return {};
  std::string_view nearest;
  std::size_t nearest_distance = largest_distance + 1;
  const auto consider = [&](std::string_view name, std::size_t how_far) {
    if (how_far >= nearest_distance) return;
    nearest = name;
    nearest_distance = how_far;
  };
  for (const Setting& setting : all_settings()) {
    consider(setting.key, distance(unknown, setting.key));
    consider(setting.key, distance(last_part(unknown), last_part(setting.key)) + 1);
    if (const std::string_view section = section_of(setting.key); !section.empty()) {
      consider(section, distance(unknown, section));
    }
  }
  return std::string(nearest);
}

}  // namespace bridge::config
