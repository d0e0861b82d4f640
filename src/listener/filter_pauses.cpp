#include "filter_pauses.h"

#include <algorithm>

namespace bridge::listener {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_pause = 10s;
constexpr std::chrono::seconds longest_pause = 5min;

}  // namespace

FilterPauses::Standing FilterPauses::standing(const std::string& topic_filter, TimePoint now) const {
  const auto record = records_.find(topic_filter);
  if (record == records_.end()) return Standing::trusted;
  return record->second.until && now < *record->second.until ? Standing::left_out : Standing::suspect;
}

int FilterPauses::reason_code(const std::string& topic_filter) const {
  const auto record = records_.find(topic_filter);
  return record == records_.end() ? 0 : record->second.reason_code;
}

void FilterPauses::lost(const std::string& topic_filter, bool at_fault, int reason_code, TimePoint now) {
  const auto known = records_.find(topic_filter);
  if (known == records_.end()) {
    make_room();
    records_[topic_filter] = {now, {}, {}, reason_code};
    return;
  }
  if (!at_fault) return;
  Record& record = known->second;
  record.next_pause =
      record.next_pause == 0s ? shortest_pause : std::min(record.next_pause * 2, longest_pause);
  record.until = now + record.next_pause;
  record.reason_code = reason_code;
}

void FilterPauses::make_room() {
  if (records_.size() < capacity) return;
  records_.erase(std::min_element(records_.begin(), records_.end(), [](const auto& left, const auto& right) {
    return left.second.since < right.second.since;
  }));
}

std::optional<TimePoint> FilterPauses::next_end() const {
  std::optional<TimePoint> end;
  for (const auto& [filter, record] : records_)
    if (record.until && (!end || *record.until < *end)) end = record.until;
  return end;
}

bool FilterPauses::take_ended(TimePoint now) {
  bool ended = false;
  for (auto& [filter, record] : records_) {
    if (!record.until || now < *record.until) continue;
    record.until.reset();
    ended = true;
  }
  return ended;
}

}  // namespace bridge::listener
