#include "message_heads.h"

#include <algorithm>

namespace bridge {
namespace {

constexpr std::size_t largest_part = 512U * 1024;  // bytes of topics and ids
constexpr std::size_t rows_of_a_step = 2000;
constexpr std::int64_t highest_qos = 2;

std::string text_of(const Statement& heads, int column) {
  return std::string(heads.bytes(column).value_or(""));
}

ShownEntry entry_of(const Statement& heads, WallTime now) {
  ShownEntry entry{sequence_of(heads),
                   text_of(heads, 1),
                   text_of(heads, 2),
                   QoS::at_most_once,
                   heads.integer(4) == 1,
                   std::chrono::milliseconds(std::max<WallTime>(0, now - heads.integer(5).value_or(now)))};
  const std::int64_t qos = heads.integer(3).value_or(0);
  if (qos > 0 && qos <= highest_qos) entry.qos = static_cast<QoS>(qos);
  return entry;
}

}  // namespace

ShownEntries show_messages(Statement& heads, std::size_t limit, WallTime now,
                           const std::unordered_set<Sequence>& hidden) {
  ShownEntries shown;
  std::size_t bytes = 0;
  Sequence last = 0;
  Rows rows(heads);
  for (std::size_t looked_at = 0; rows.next(); ++looked_at) {
    if (looked_at == limit || bytes >= largest_part) {
      shown.next = last;
      break;
    }
    last = sequence_of(heads);
    const auto expires_at = heads.integer(6);
    if (hidden.contains(last) || (expires_at && *expires_at <= now)) continue;
    const ShownEntry& entry = shown.entries.emplace_back(entry_of(heads, now));
    bytes += entry.id.size() + entry.topic_name.size();
  }
  return shown;
}

std::optional<Outbox::Found> find_message(Statement& heads, const std::string& id, Sequence& looked_up_to,
                                          const std::unordered_set<Sequence>& hidden) {
  Rows rows(heads);
  for (std::size_t looked_at = 0; looked_at < rows_of_a_step; ++looked_at) {
    if (!rows.next()) return Outbox::Found{};
    looked_up_to = sequence_of(heads);
    if (heads.bytes(1) == id && !hidden.contains(looked_up_to)) return Outbox::Found{looked_up_to, false};
  }
  return std::nullopt;
}

}  // namespace bridge
