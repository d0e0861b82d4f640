#include "outbox_disk.h"

#include <algorithm>

#include "file_access.h"
#include "opening.h"
#include "repair.h"

namespace bridge {
namespace {

constexpr std::uint64_t largest_wal = 1000;         // pages
constexpr std::uint64_t least_wal = 32 + 5 * 4120;  // bytes: room for a commit that changes the tree
constexpr int failures_before_reopening = 20;       // of tries at every 250 ms

void make_private_directory(const std::filesystem::path& directory) {
  namespace fs = std::filesystem;
  if (fs::is_directory(directory)) return;
  std::error_code error;
  const bool made = fs::create_directories(directory, error);
  if (error) throw std::system_error(error, "cannot make state_dir " + directory.string());
  if (made) fs::permissions(directory, fs::perms::owner_all, error);
}

}  // namespace

OutboxDisk::OutboxDisk(std::filesystem::path directory, Logger& logger, Counters& counters)
    : directory_(std::move(directory)),
      file_(directory_ / "outbox.db"),
      wal_(directory_ / "outbox.db-wal"),
      logger_(logger),
      counters_(counters) {}

OutboxDisk::~OutboxDisk() = default;

void OutboxDisk::open() {
  close_as_it_is();
  make_private_directory(directory_);
  if (!lock_) lock_.emplace(directory_);
  Opened opened = open_outbox(directory_, checked_ ? Check::quick : Check::thorough, suspected_, logger_);
  if (opened.is_repaired || recount_) known_.reset();
  store_ = std::make_unique<OutboxStore>(std::move(opened.database), known_, logger_, counters_);
  recount_ = false;
  known_ = store_->totals();
  checked_ = true;
  suspected_ = false;
  is_flushed_ = false;
}

Sequence OutboxDisk::last_sequence() {
  const Sequence found = store_->last_sequence();
  const Sequence flushed = lock_->flushed();
  if (flushed > found && missing_up_to_ != flushed) {
    logger_.error(
        are_missing(found + 1, flushed) +
        ": the outbox ends before them, although they were flushed; they may have been delivered before");
    missing_up_to_ = flushed;
  }
  return std::max(found, flushed);
}

void OutboxDisk::close_as_it_is() {
  if (store_ == nullptr) return;
  store_->rollback();
  store_->database().leave_wal_when_closed(true);
  store_.reset();
}

void OutboxDisk::commit() {
  if (!store_->changed()) return;
  if (const auto last = store_->commit()) lock_->note_flushed(*last);
  failures_ = 0;
  recount_ = false;
  known_ = store_->totals();
  tidy_ = false;
}

void OutboxDisk::tidy() {
  if (!is_flushed_) return empty_wal();
  if (tidy_) return;
  const std::uint64_t bearable = free_space(directory_).value_or(0) / page_bytes / 8;
  const auto held = static_cast<std::uint64_t>(store_->database().wal_frames());
  if (held >= std::min(bearable, largest_wal)) empty_wal();
}

void OutboxDisk::empty_wal() {
  try {
    store_->database().checkpoint();
    tidy_ = true;
    is_flushed_ = true;
    shrink();
  } catch (const DatabaseError& error) {
    if (!error.is_full()) throw;  // tidy() tries again; meanwhile the -wal file has all
  }
}

void OutboxDisk::shrink() {
  if (!store_->shrink()) return;
  store_->database().checkpoint();
}

bool OutboxDisk::is_known() const {
  std::error_code error;
  return known_.has_value() || !std::filesystem::exists(file_, error);
}

/// This connection of SQLite has gone back to where the -wal file ended, and its next commit overwrites the
/// frames of the failed one. A new connection would read them as a commit if they are whole, although they
/// may not be flushed. So this one stays, until the disk has failed many times in a row.
void OutboxDisk::recover_from(const std::exception& error) {
  if (store_ == nullptr) return;
  if (dynamic_cast<const CommitError*>(&error) != nullptr) recount_ = true;
  const auto* from_database = dynamic_cast<const DatabaseError*>(&error);
  const bool can_stay = from_database != nullptr && from_database->is_from_disk();
  if (can_stay && ++failures_ < failures_before_reopening) return store_->rollback();
  failures_ = 0;
  close_as_it_is();
  try {
    open();
  } catch (const std::exception&) {
    // the next try logs the reason
  }
}

std::optional<std::uint64_t> OutboxDisk::free_bytes() {
  const auto on_disk = free_space(directory_);
  if (!on_disk || store_ == nullptr) return on_disk;
  try {
    const auto frames = static_cast<std::uint64_t>(store_->database().wal_frames());
    const std::uint64_t held = tidy_ ? 0 : frames * page_bytes;
    std::error_code error;
    const std::uintmax_t wal_bytes = std::filesystem::file_size(wal_, error);
    const std::uint64_t missing = error || wal_bytes > least_wal ? 0 : least_wal - wal_bytes;
    const std::uint64_t there = *on_disk + store_->free_bytes();
    return there - std::min(there, held + missing);
  } catch (const DatabaseError&) {
    return on_disk;
  }
}

}  // namespace bridge
