#include "wal_tail.h"

#include <algorithm>

#include "loss_report.h"
#include "tables.h"

namespace bridge {
namespace {

std::vector<PagePlace> places_of_tail(const WalContents& contents) {
  std::vector<PagePlace> places;
  for (std::size_t i = contents.committed; i < contents.frames.size(); ++i)
    if (contents.frames[i].page > 1) places.push_back({true, contents.frames[i].offset});
  return places;
}

bool is_dead_letter(Tables& tables, const std::string& id) {
  Rows rows(tables.dead_letter(id));
  return rows.next();
}

}  // namespace

WalTail::WalTail(const ByteSource& database, const ByteSource& wal, const WalContents& contents) {
  const std::vector<PagePlace> places = places_of_tail(contents);
  if (contents.header_holds) bytes_ = contents.bytes_behind_commit;
  if (places.empty()) return;
  const PageImage image(database, wal, contents);
  Salvage salvage(image, places);
  for (const Salvage::Found& found : salvage.records()) {
    auto record = found.is_dead_letter ? std::nullopt : salvage.read(found);
    if (record) records_.push_back(std::move(*record));
  }
  answers_ = salvage.answers();
  last_sequence_ = salvage.last_sequence();
}

bool WalTail::take_up(Database& database, bool tell, Logger& logger) const {
  if (bytes_ == 0) return false;
  Tables tables(database);
  const Sequence known = tables.last_sequence();
  Transaction transaction(database);
  std::vector<Salvage::Range> gaps;
  std::size_t taken = 0;
  Sequence next = known + 1;
  for (const StoredRecord& record : records_) {
    if (record.sequence <= known || is_dead_letter(tables, record.id)) continue;
    tables.insert(record);
    ++taken;
    if (record.sequence > next) gaps.emplace_back(next, record.sequence - 1);
    next = record.sequence + 1;
  }
  if (last_sequence_ >= next) gaps.emplace_back(next, last_sequence_);
  for (const StoredAnswer& answer : answers_)
    if (answer.sequence > known) tables.insert(answer);
  if (last_sequence_ > known)
    tables.write({StoredNumber::last_sequence, static_cast<std::int64_t>(last_sequence_)});
  transaction.commit();
  if (tell || taken > 0)
    logger.warn(
        "The -wal file of the outbox ends in " + std::to_string(bytes_) +
        " bytes of a commit that was not finished; messages taken up from it: " + std::to_string(taken));
  report_gaps(gaps, logger);
  return taken > 0;
}

}  // namespace bridge
