#include "differential/comparison.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>

namespace bridge::test {
namespace {

using Kind = Difference::Kind;

constexpr std::array kind_names = {"missing", "repeated", "overtaken",
                                   "changed", "foreign",  "retained wrong"};
constexpr std::uint32_t longest_run = 1800;  // s, by which an expiry may have been reduced

std::optional<std::size_t> number_of(const ReceivedMessage& message) {
  constexpr std::string_view alone = "alone/";
  if (message.topic.starts_with(alone)) return std::stoul(message.topic.substr(alone.size()));
  if (message.payload.size() < 8) return std::nullopt;
  std::size_t number = 0;
  for (std::size_t i = 0; i < 8; ++i)
    number = (number << 8U) | static_cast<unsigned char>(message.payload[i]);
  return number;
}

bool same_properties(const MessageProperties& planned, const Properties& came) {
  if (planned.message_expiry_interval.has_value() != came.message_expiry_interval.has_value()) return false;
  if (planned.message_expiry_interval) {
    const auto whole = static_cast<std::uint32_t>(planned.message_expiry_interval->count());
    if (*came.message_expiry_interval > whole || *came.message_expiry_interval + longest_run < whole)
      return false;
  }
  std::vector<std::pair<std::string, std::string>> user_properties;
  for (const UserProperty& property : planned.user_properties)
    user_properties.emplace_back(property.name, property.value);
  return planned.payload_format_indicator == came.payload_format_indicator &&
         planned.content_type == came.content_type && planned.response_topic == came.response_topic &&
         planned.correlation_data == came.correlation_data && user_properties == came.user_properties;
}

bool same(const Message& planned, const ReceivedMessage& came) {
  return planned.topic_name == came.topic && planned.payload == came.payload &&
         static_cast<int>(planned.qos) == came.qos && planned.retain == came.retain &&
         same_properties(planned.properties, came.properties);
}

class Comparison {
 public:
  Comparison(const Plan& plan, const DifferentialRun& run)
      : plan_(plan), run_(run), times_(plan.messages.size()) {}

  std::vector<Difference> differences() {
    for (const ReceivedMessage& message : run_.received)
      if (message.topic != "end") look_at(message);
    for (std::size_t number = 0; number < times_.size(); ++number) count(number);
    look_at_retained();
    return std::move(found_);
  }

 private:
  void look_at(const ReceivedMessage& message) {
    const auto number = number_of(message);
    if (!number || *number >= times_.size()) return found(Kind::foreign, latest_, message.topic);
    latest_ = *number;
    const Message& planned = plan_.messages[*number];
    if (!same(planned, message)) found(Kind::changed, *number, message.topic);
    if (planned.topic_name != message.topic) return;  // where it belongs it has not come
    if (++times_[*number] > 1) return;
    const auto [last, is_first] =
        last_.try_emplace({planned.topic_name, static_cast<int>(planned.qos)}, *number);
    if (!is_first && last->second > *number)
      found(Kind::overtaken, *number, "by " + std::to_string(last->second) + " on " + planned.topic_name);
    last->second = std::max(last->second, *number);
  }

  void count(std::size_t number) {
    const QoS qos = plan_.messages[number].qos;
    const std::string words = "QoS " + std::to_string(static_cast<int>(qos));
    if (times_[number] == 0 && (qos != QoS::at_most_once || !is_disturbed(number)))
      found(Kind::missing, number, words);
    if (times_[number] > 1 && qos != QoS::at_least_once)
      found(Kind::repeated, number, words + ", " + std::to_string(times_[number]) + " times");
  }

  bool is_disturbed(std::size_t number) const {
    return std::any_of(run_.disturbed.begin(), run_.disturbed.end(),
                       [=](const auto& range) { return number >= range.first && number < range.second; });
  }

  void look_at_retained() {
    std::map<std::string, std::size_t> last;
    for (std::size_t number = 0; number < plan_.messages.size(); ++number)
      if (plan_.messages[number].retain) last[plan_.messages[number].topic_name] = number;
    for (const auto& [topic, number] : last) {
      const auto kept = std::find_if(run_.retained.begin(), run_.retained.end(),
                                     [&](const ReceivedMessage& message) { return message.topic == topic; });
      if (kept == run_.retained.end())
        found(Kind::retained_wrong, number, topic);
      else if (!same(plan_.messages[number], *kept))
        found(Kind::retained_wrong, number, topic, is_misplaced(*kept));
    }
  }

  /// A fault disturbed the message that stands where another belongs.
  bool is_misplaced(const ReceivedMessage& kept) const {
    const auto number = number_of(kept);
    return number && is_disturbed(*number);
  }

  void found(Kind kind, std::size_t number, const std::string& words, bool disturbed = false) {
    found_.push_back({kind, number, disturbed || is_disturbed(number),
                      kind_names[static_cast<std::size_t>(kind)] + (": " + std::to_string(number)) + ", " +
                          words.substr(0, 80)});
  }

  const Plan& plan_;
  const DifferentialRun& run_;
  std::vector<int> times_;                                   // that each came
  std::map<std::pair<std::string, int>, std::size_t> last_;  // by topic and QoS
  std::size_t latest_ = 0;
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> differences(const Plan& plan, const DifferentialRun& run) {
  return Comparison(plan, run).differences();
}

std::string summary_of(const std::vector<Difference>& differences) {
  std::array<int, kind_names.size()> counts{};
  for (const Difference& difference : differences) ++counts[static_cast<std::size_t>(difference.kind)];
  std::string words;
  for (std::size_t kind = 0; kind < counts.size(); ++kind)
    words += std::string(words.empty() ? "" : ", ") + kind_names[kind] + " " + std::to_string(counts[kind]);
  return words;
}

}  // namespace bridge::test
