#include "nearest.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "setting.h"

namespace bridge::config {
namespace {

constexpr std::size_t largest_distance = 2;
constexpr std::size_t longest_name = 64;

/// A name that other programs have for a setting of ours.
struct Synonym {
  std::string_view said;
  std::string_view meant;
};
constexpr auto synonyms = std::to_array<Synonym>({
    {"host", "server"},
    {"hostname", "server"},
    {"broker", "server"},
    {"broker_host", "server"},
    {"broker_address", "server"},
    {"broker_port", "port"},
    {"broker_url", "servers"},
    {"url", "servers"},
    {"uri", "servers"},
    {"brokers", "servers"},
    {"username", "user"},
    {"user_name", "user"},
    {"login", "user"},
    {"pass", "password"},
    {"passwd", "password"},
    {"pwd", "password"},
    {"clientid", "client_id"},
    {"id", "client_id"},
    {"topic", "subscribe"},
    {"topics", "subscribe"},
    {"filter", "subscribe"},
    {"filters", "subscribe"},
    {"subscriptions", "subscribe"},
    {"protocol", "version"},
    {"protocol_version", "version"},
    {"host", "address"},
    {"hostname", "address"},
    {"bind", "address"},
    {"bind_address", "address"},
    {"listen", "address"},
    {"listen_address", "address"},
    {"listen_port", "port"},
    {"interface", "address"},
    {"ca", "ca_file"},
    {"cert", "cert_file"},
    {"certificate", "cert_file"},
    {"key", "key_file"},
    {"cors", "allowed_origins"},
    {"origins", "allowed_origins"},
    {"max_size", "max_body"},
    {"data_dir", "state_dir"},
});

/// @return how many letters have to be inserted, deleted or replaced (Levenshtein).
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

std::string_view first_part(std::string_view key) { return key.substr(0, key.find('.')); }
std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

/// Makes a key and its variable comparable: the sign between two words does not matter.
std::string with_underscores(std::string_view key) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

/// The unknown key; before it, if there is one, the same key with our name for its last word.
std::vector<std::string> ways_to_say(const std::string& unknown) {
  std::vector<std::string> ways;
  for (const auto& [said, meant] : synonyms) {
    if (!unknown.ends_with(said)) continue;
    const std::string before = unknown.substr(0, unknown.size() - said.size());
    if (before.empty() || before.ends_with('.') || before.ends_with('_'))
      ways.push_back(before + std::string(meant));
  }
  ways.push_back(unknown);
  return ways;
}

class Search {
 public:
  explicit Search(bool with_sections) : with_sections_(with_sections) {}

  void compare_with_all(const std::string& unknown) {
    for (const Setting& setting : all_settings()) {
      consider(setting.key, distance(with_underscores(unknown), with_underscores(setting.key)));
      const std::size_t elsewhere = first_part(unknown) == first_part(setting.key) ? 1 : 2;
      consider(setting.key, distance(last_part(unknown), last_part(setting.key)) + elsewhere);
      if (const std::string_view section = section_of(setting.key); with_sections_ && !section.empty())
        consider(section, distance(unknown, section));
    }
  }
  std::string_view nearest() const { return nearest_; }

 private:
  void consider(std::string_view name, std::size_t how_far) {
    if (how_far >= distance_) return;
    nearest_ = name;
    distance_ = how_far;
  }

  const bool with_sections_;
  std::string_view nearest_;
  std::size_t distance_ = largest_distance + 1;
};

std::string_view nearest(const std::string& unknown, bool with_sections) {
  if (unknown.size() > longest_name) return {};
  Search search(with_sections);
  for (const std::string& way : ways_to_say(unknown)) search.compare_with_all(way);
  return search.nearest();
}

}  // namespace

std::string nearest_name(std::string_view unknown) {
  return std::string(nearest(std::string(unknown), true));
}

std::string nearest_variable(std::string_view unknown) {
  std::string key(unknown);
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (const std::size_t end_of_section = key.find('_'); end_of_section != key.npos) key[end_of_section] = '.';
  const std::string_view found = nearest(key, false);
  return found.empty() ? std::string() : variable_of(found);
}

}  // namespace bridge::config
