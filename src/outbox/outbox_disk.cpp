#include "outbox_disk.h"

#include <fcntl.h>

#include "opening.h"

namespace bridge {
namespace {

constexpr int largest_wal = 1000;  // pages

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
  if (opened.is_mended) known_.reset();
  mark_.header = read_wal_header(wal_);
  mark_.frames = read_wal(FileAccess(wal_, O_RDONLY)).committed;
  store_ = std::make_unique<OutboxStore>(std::move(opened.database), known_, logger_, counters_);
  known_ = store_->totals();
  checked_ = true;
  suspected_ = false;
}

void OutboxDisk::close_as_it_is() {
  if (store_ == nullptr) return;
  store_->rollback();
  store_->database().leave_wal_when_closed();
  store_.reset();
}

void OutboxDisk::remember_end() {
  mark_.frames = static_cast<std::size_t>(store_->database().wal_frames());
  mark_.header = read_wal_header(wal_);
}

void OutboxDisk::commit() {
  if (!store_->changed()) return;
  store_->commit();
  remember_end();
  known_ = store_->totals();
  tidy_ = false;
}

void OutboxDisk::tidy() {
  if (tidy_ || store_->database().wal_frames() < largest_wal) return;
  tidy_ = true;
  store_->database().checkpoint();
  if (!store_->shrink()) return;
  remember_end();
  store_->database().checkpoint();
}

OutboxDisk::Undone OutboxDisk::undo(Sequence first, Sequence last) {
  const bool may_have_written = store_ != nullptr;
  close_as_it_is();
  const bool forgotten = !may_have_written || forget_wal_behind(mark_, wal_);
  try {
    open();
  } catch (const std::exception&) {
    return forgotten ? Undone::gone : Undone::maybe_not;  // seen by the bytes alone
  }
  return first <= last && store_->holds_any(first, last) ? Undone::maybe_not : Undone::gone;
}

std::optional<std::uint64_t> OutboxDisk::free_bytes() {
  const auto on_disk = free_space(directory_);
  if (!on_disk || store_ == nullptr) return on_disk;
  try {
    return *on_disk + store_->free_bytes();
  } catch (const DatabaseError&) {
    return on_disk;
  }
}

}  // namespace bridge
