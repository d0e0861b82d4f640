#include "outbox_writer.h"

#include <algorithm>
#include <utility>

#include "bridge/core/error.h"

namespace bridge {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_tries{250};
constexpr std::chrono::seconds between_looks{1};
constexpr std::int64_t least_room = 4096;   // a page more for the database
constexpr std::size_t settled_at_once = 4;  // on a full disk

bool is_damage(const std::exception& error) {
  const auto* from_database = dynamic_cast<const DatabaseError*>(&error);
  return from_database != nullptr && from_database->is_damage();
}

bool is_full(const std::exception& error) {
  const auto* from_database = dynamic_cast<const DatabaseError*>(&error);
  return from_database != nullptr && from_database->is_full();
}

void tell(const NoCommand& /*command*/) {}
void tell(AppendCommand& command) { command.done(command.result); }
void tell(FetchCommand& command) { command.done(std::move(command.result)); }
void tell(SettleCommand& command) { command.done(); }
void tell(BuryCommand& command) { command.done(); }
void tell(ListCommand& command) { command.done(std::move(command.result)); }
void tell(RetryCommand& command) { command.done(command.result); }
void tell(RemoveCommand& command) { command.done(command.result); }
void tell(AnswersCommand& command) { command.done(std::move(command.result)); }
void tell(SaveCommand& command) {
  if (command.done) command.done(command.result);
}

}  // namespace

OutboxWriter::OutboxWriter(const std::filesystem::path& directory, const OutboxSettings& settings,
                           Logger& logger, Counters& counters, OutboxClocks clocks)
    : settings_(settings),
      counters_(counters),
      clock_(std::move(clocks)),
      disk_(directory, logger, counters),
      health_(settings, logger),
      expiry_log_(counters.outbox_expired, logger) {
  try {
    open();
    found_changes_ = disk_.store()->subscriptions();
    found_answers_ = disk_.store()->answers(now());
  } catch (const DirectoryInUse& error) {
    throw Error(Errc::internal, error.what());
  } catch (const std::exception& error) {
    lose_disk(error);
  }
  next_tick_ = steady_clock::now() + between_looks;
  try_again();  // a disk that can only be read shows when it is written to
  if (health_.is_failing()) found_answers_.reset();  // what was found may never have been flushed
  publish();
  thread_ = std::thread([this] { run(); });
}

OutboxWriter::~OutboxWriter() { finish(); }

void OutboxWriter::finish() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

/// Unless it is open.
void OutboxWriter::open() {
  if (disk_.store() == nullptr) disk_.open();
  OutboxStore& store = *disk_.store();
  if (!clock_.has_begun()) clock_.begin(store.clock_shift(), store.newest_time());
}

void OutboxWriter::run() {
  while (true) {
    std::vector<Command> batch = queue_.take(next_tick_);
    if (batch.empty() && queue_.is_closed()) break;
    if (!batch.empty()) serve(batch);
    if (steady_clock::now() >= next_tick_) tick();
  }
  health_.is_failing() ? try_again() : look_after();  // the last chance
}

void OutboxWriter::serve(std::vector<Command>& batch) {
  if (health_.is_failing()) {
    do_without(batch, Kept::failed);
    return answer(batch);
  }
  const Sequence first = next_sequence_;
  try {
    room_ = {settings_.max_messages, settings_.max_bytes,
             static_cast<std::uint64_t>(std::max<std::int64_t>(0, disk_room().value_or(0)))};
    disk_.store()->keep_clock_shift(clock_.shift());
    for (Command& command : batch) std::visit([this](auto& one) { this->execute(one); }, command);
    disk_.commit();
    if (next_sequence_ > first) missed_bytes_ = 0;
  } catch (const std::exception& error) {
    do_without(batch, undo_batch(error, first));
  }
  answer(batch);
}

// What is answered can be asked about at once: the standing is made known before.
void OutboxWriter::answer(std::vector<Command>& batch) {
  publish();
  for (Command& command : batch) std::visit([](auto& one) { tell(one); }, command);
  if (health_.is_failing()) return;
  try {
    disk_.tidy();
  } catch (const std::exception& error) {
    lose_disk(error);
    disk_.undo(1, 0);
    publish();
  }
}

void OutboxWriter::publish() {
  if (disk_.store() != nullptr) totals_ = disk_.store()->totals();
  health_.publish(totals_, disk_room(), disk_.is_known());
  // A slow disk is spared, but one slow try does not make it one.
  const auto pause = std::max<steady_clock::duration>(between_tries, 4 * std::min(last_try_, try_before_));
  const auto soonest = steady_clock::now() + pause;
  if (!health_.accepting() && next_tick_ > soonest) next_tick_ = soonest;
}

void OutboxWriter::tick() {
  const auto began = steady_clock::now();
  health_.is_failing() ? try_again() : look_after();
  try_before_ = std::exchange(last_try_, steady_clock::now() - began);
  next_tick_ = began + between_looks;
  expiry_log_.look(began);
  publish();
}

void OutboxWriter::look_after() {
  try {
    disk_.store()->keep_clock_shift(clock_.shift());
    disk_.store()->purge_expired(now());
    disk_.store()->purge_answers(now());
    disk_.commit();
    disk_.tidy();
  } catch (const std::exception& error) {
    lose_disk(error);
    disk_.undo(1, 0);
  }
}

// The probe is a real write: only that shows that the disk takes what it is given.
void OutboxWriter::try_again() {
  try {
    open();
    next_sequence_ = std::max(next_sequence_, disk_.store()->last_sequence() + 1);
    if (out_of_space_) disk_.empty_wal();
    write_pending();
    disk_.store()->keep_clock_shift(clock_.shift());
    disk_.store()->probe();
    disk_.commit();
    disk_.tidy();
  } catch (const std::exception& error) {
    lose_disk(error);
    disk_.undo(1, 0);
    return;
  }
  health_.working();
  answer_pending();
}

void OutboxWriter::write_pending() {
  for (Command& command : pending_) {
    auto* settle = std::get_if<SettleCommand>(&command);
    if (out_of_space_ && settle != nullptr) {
      settle_in_little_space(*settle);
    } else {
      std::visit([this](auto& one) { this->execute(one); }, command);
    }
  }
}

// Some at a time: that needs no more than the -wal file has already.
void OutboxWriter::settle_in_little_space(const SettleCommand& command) {
  const auto& all = command.sequences;
  for (std::size_t first = 0; first < all.size(); first += settled_at_once) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
    const auto count = std::min(settled_at_once, all.size() - first);
    disk_.store()->settle({from, from + static_cast<std::ptrdiff_t>(count)});
    disk_.commit();
    disk_.empty_wal();
  }
}

void OutboxWriter::answer_pending() {
  hidden_.clear();
  for (Command& command : std::exchange(pending_, {})) std::visit([](auto& one) { tell(one); }, command);
}

void OutboxWriter::lose_disk(const std::exception& error) {
  counters_.outbox_failures.add();
  if (is_damage(error)) disk_.suspect();
  out_of_space_ = is_full(error);
  health_.failing(disk_.store() == nullptr ? OutboxHealth::Failure::to_open : OutboxHealth::Failure::to_write,
                  error);
}

/// Empty if it cannot be told.
std::optional<std::int64_t> OutboxWriter::disk_room() {
  const auto free = disk_.free_bytes();
  if (!free) return std::nullopt;
  const std::int64_t spared = least_room + static_cast<std::int64_t>(2 * missed_bytes_);
  return static_cast<std::int64_t>(*free) - static_cast<std::int64_t>(settings_.min_free) - spared;
}

void OutboxWriter::execute(AppendCommand& command) {
  OutboxStore& store = *disk_.store();
  command.result.kept = store.append(command.record, next_sequence_, now(), room_);
  if (command.result.kept == Kept::full && store.purge_expired(now()))
    command.result.kept = store.append(command.record, next_sequence_, now(), room_);
  if (command.result.kept == Kept::full) counters_.outbox_full.add();
  if (command.result.kept == Kept::yes) command.result.sequence = next_sequence_++;
}

void OutboxWriter::execute(FetchCommand& command) {
  command.result = disk_.store()->fetch(command.after, command.limit, now(), hidden_);
}

void OutboxWriter::execute(SettleCommand& command) { disk_.store()->settle(command.sequences); }

void OutboxWriter::execute(BuryCommand& command) {
  disk_.store()->bury(command.sequence, {command.reason_code, now()}, settings_.max_bytes / 10);
}

void OutboxWriter::execute(ListCommand& command) {
  command.result = disk_.store()->dead_letters(command.after, command.limit);
  for (DeadLetter& letter : *command.result) {
    letter.stored_at += std::chrono::milliseconds(clock_.shift());
    letter.refused_at += std::chrono::milliseconds(clock_.shift());
  }
}

void OutboxWriter::execute(RetryCommand& command) {
  OutboxStore& store = *disk_.store();
  command.result = store.retry(command.id, next_sequence_, room_);
  if (command.result == Outbox::DeadLetterEnd::full && store.purge_expired(now()))
    command.result = store.retry(command.id, next_sequence_, room_);
  if (command.result == Outbox::DeadLetterEnd::full) counters_.outbox_full.add();
  if (command.result == Outbox::DeadLetterEnd::done) ++next_sequence_;
}

void OutboxWriter::execute(RemoveCommand& command) { command.result = disk_.store()->remove(command.id); }

void OutboxWriter::execute(AnswersCommand& command) { command.result = disk_.store()->answers(now()); }

void OutboxWriter::execute(SaveCommand& command) {
  disk_.store()->save(command.changes, room_);
  command.result = true;
}

}  // namespace bridge
