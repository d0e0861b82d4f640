#include "outbox_writer.h"

#include <algorithm>
#include <utility>

#include "bridge/core/error.h"

namespace bridge {
namespace {

constexpr EndedLog::Words expired_words{"stored message expired before it could be sent",
                                        "stored messages expired before they could be sent"};
constexpr EndedLog::Words dead_words{"stored message is a dead letter: GET /outbox/dead",
                                     "stored messages are dead letters: GET /outbox/dead"};

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

/// @return true if the next start after a crash may find the rows of a batch that failed. Nothing is written
///   before COMMIT, and a COMMIT whose writes were refused is never read. After a COMMIT that failed
///   otherwise, above all in its flush, the start finds all of it or nothing.
bool may_be_stored(const std::exception& error) {
  const auto* from_commit = dynamic_cast<const CommitError*>(&error);
  return from_commit != nullptr && !from_commit->is_refused_write();
}

void tell(const NoCommand& /*command*/) {}
void tell(AppendCommand& command) { command.done(command.result); }
void tell(FetchCommand& command) { command.done(std::move(command.result)); }
void tell(SettleCommand& command) { command.done(); }
void tell(MoveToDeadLettersCommand& command) { command.done(); }
void tell(ShowCommand& command) { command.done(std::move(command.result)); }
void tell(FindCommand& command) { command.done(command.result.value_or(Outbox::Found{0, true})); }
void tell(WithdrawCommand& command) { command.done(command.result); }
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
      ended_{{counters.outbox_expired, expired_words, logger},
             {counters.outbox_dead_lettered, dead_words, logger}},
      executor_(settings, counters, clock_, disk_, deferred_.hidden()) {
  try {
    open();
    found_.changes = disk_.store()->subscriptions();
    found_.responses = disk_.store()->answers(now());
  } catch (const DirectoryInUse& error) {
    throw Error(Errc::internal, error.what());
  } catch (const std::exception& error) {
    lose_disk(error);
  }
  try_again();  // a disk that can only be read shows when it is written to
  if (health_.is_failing()) found_.responses.reset();  // the rows read may never have been flushed
  publish();
  thread_ = std::thread([this] { run(); });
}

OutboxWriter::~OutboxWriter() { finish(); }

void OutboxWriter::finish() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void OutboxWriter::open() {
  if (disk_.store() == nullptr) disk_.open();
  OutboxStore& store = *disk_.store();
  if (!clock_.has_begun()) clock_.begin(store.clock_shift(), store.newest_time());
}

void OutboxWriter::run() {
  while (true) {
    std::vector<Command> batch = queue_.take(schedule_.next());
    if (batch.empty() && queue_.is_closed()) break;
    if (!batch.empty()) serve(batch);
    if (schedule_.is_due()) tick();
  }
  health_.is_failing() ? try_again() : look_after();  // the last chance
}

void OutboxWriter::serve(std::vector<Command>& batch) {
  if (health_.is_failing()) {
    do_without(batch, AppendStatus::failed);
    return answer(batch);
  }
  const Sequence first = executor_.next_sequence();
  try {
    executor_.set_room(static_cast<std::uint64_t>(std::max<std::int64_t>(0, disk_room().value_or(0))));
    disk_.store()->keep_clock_shift(clock_.shift());
    for (Command& command : batch) executor_.execute(command);
    disk_.commit();
    if (executor_.next_sequence() > first) shortage_.missed_bytes = 0;
  } catch (const std::exception& error) {
    do_without(batch, give_up_batch(error));
  }
  answer(batch);
}

/// Publishes the status first: a caller may read it from within its `done`.
void OutboxWriter::answer(std::vector<Command>& batch) {
  publish();
  for (Command& command : batch)
    if (!goes_on(command)) std::visit([](auto& one) { tell(one); }, command);
  if (health_.is_failing()) return;
  try {
    disk_.tidy();
  } catch (const std::exception& error) {
    lose_disk(error);
    publish();
  }
}

/// Puts a search that is not at its end behind the commands that came meanwhile.
bool OutboxWriter::goes_on(Command& command) {
  auto* find = std::get_if<FindCommand>(&command);
  if (find == nullptr || find->result || queue_.is_closed()) return false;
  queue_.push(std::move(*find));
  return true;
}

void OutboxWriter::publish() {
  if (disk_.store() != nullptr) totals_ = disk_.store()->totals();
  health_.publish(totals_, disk_room(), disk_.is_known());
  if (!health_.accepting()) schedule_.look_soon();
}

void OutboxWriter::tick() {
  const auto began = TrySchedule::Clock::now();
  health_.is_failing() ? try_again() : look_after();
  schedule_.looked(began);
  ended_.expired.look(began);
  ended_.dead.look(began);
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
  }
}

/// Tries the disk with a real write: nothing else shows that it works.
void OutboxWriter::try_again() {
  try {
    open();
    executor_.continue_behind(disk_.last_sequence());
    if (shortage_.is_there || !disk_.is_flushed()) disk_.empty_wal();
    write_deferred();
    disk_.store()->keep_clock_shift(clock_.shift());
    disk_.store()->probe();
    disk_.commit();
    disk_.tidy();
  } catch (const std::exception& error) {
    lose_disk(error);
    return;
  }
  health_.working();
  for (Command& command : deferred_.release()) std::visit([](auto& one) { tell(one); }, command);
}

void OutboxWriter::write_deferred() {
  for (Command& command : deferred_.waiting()) {
    const auto* settle = std::get_if<SettleCommand>(&command);
    if (shortage_.is_there && settle != nullptr)
      settle_in_little_space(*settle);
    else
      executor_.execute(command);
  }
}

/// Settles a few messages at a time: their transaction fits into the -wal file as it is.
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

void OutboxWriter::lose_disk(const std::exception& error) {
  counters_.outbox_failures.add();
  if (is_damage(error)) disk_.suspect();
  shortage_.is_there = is_full(error);
  health_.failing(disk_.store() == nullptr ? OutboxHealth::Failure::to_open : OutboxHealth::Failure::to_write,
                  error);
  disk_.recover_from(error);
}

/// @return the status of the appends of a batch that failed.
AppendStatus OutboxWriter::give_up_batch(const std::exception& error) {
  executor_.skip_sequence();
  lose_disk(error);
  if (is_damage(error) || is_full(error))
    schedule_.look_now();  // a repair, or a smaller batch, may help at once
  if (may_be_stored(error)) return AppendStatus::unknown;
  return is_full(error) ? AppendStatus::full : AppendStatus::failed;
}

void OutboxWriter::do_without(std::vector<Command>& batch, AppendStatus appended) {
  std::uint64_t bytes = 0;
  for (Command& command : batch) {
    if (auto* append = std::get_if<AppendCommand>(&command)) {
      bytes += append->bytes;
      if (append->result.status == AppendStatus::full) continue;
      append->result = {appended, 0};
      if (appended == AppendStatus::full) counters_.outbox_full.add();
    } else if (!deferred_.take(command)) {
      refuse_or_read(command);
    }
  }
  if (appended == AppendStatus::full) shortage_.missed_bytes = bytes;
}

void OutboxWriter::refuse_or_read(Command& command) {
  if (auto* save = std::get_if<SaveCommand>(&command)) {
    deferred_.replace_save(std::move(save->changes), save->bytes);
    save->result = false;
  }
  if (auto* fetch = std::get_if<FetchCommand>(&command)) fetch->result = {{}, 0, false, true};
  if (auto* show = std::get_if<ShowCommand>(&command)) show->result.reset();
  if (auto* find = std::get_if<FindCommand>(&command)) find->result = Outbox::Found{0, true};
  if (auto* withdraw = std::get_if<WithdrawCommand>(&command)) withdraw->result = Outbox::Withdrawn::failed;
  if (auto* list = std::get_if<ListCommand>(&command)) list->result.reset();
  if (auto* retry = std::get_if<RetryCommand>(&command)) retry->result = Outbox::DeadLetterEnd::failed;
  if (auto* remove = std::get_if<RemoveCommand>(&command)) remove->result = Outbox::DeadLetterEnd::failed;
  const bool reads = std::holds_alternative<FetchCommand>(command) ||
                     std::holds_alternative<ShowCommand>(command) ||
                     std::holds_alternative<ListCommand>(command);
  if (reads && disk_.store() != nullptr) read_if_possible(command);
}

void OutboxWriter::read_if_possible(Command& command) {
  auto* fetch = std::get_if<FetchCommand>(&command);
  try {
    executor_.execute(command);
    // the rows that it dropped are still there, and the next fetch would meet them at once
    if (fetch != nullptr && fetch->result.dropped > 0) fetch->result = {{}, 0, false, true};
    disk_.store()->rollback();
  } catch (const std::exception& error) {
    if (fetch != nullptr) fetch->result = {{}, 0, false, true};
    lose_disk(error);
  }
}

/// @return empty if the system does not say.
std::optional<std::int64_t> OutboxWriter::disk_room() {
  const auto free = disk_.free_bytes();
  if (!free) return std::nullopt;
  const std::int64_t spared = least_room + static_cast<std::int64_t>(2 * shortage_.missed_bytes);
  return static_cast<std::int64_t>(*free) - static_cast<std::int64_t>(settings_.min_free) - spared;
}

}  // namespace bridge
