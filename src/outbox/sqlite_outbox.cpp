#include "bridge/outbox/sqlite_outbox.h"

#include "bridge/core/error.h"
#include "outbox_writer.h"

namespace bridge {

SqliteOutbox::SqliteOutbox(const std::filesystem::path& state_dir, const OutboxSettings& settings,
                           Logger& logger, Counters& counters, OutboxClocks clocks)
    : writer_(std::make_unique<OutboxWriter>(state_dir, settings, logger, counters, std::move(clocks))) {}

/// Ends the thread first: until then a `done` may call the outbox again, which must still be whole.
SqliteOutbox::~SqliteOutbox() { writer_->finish(); }

const std::vector<SubscriptionChange>& SqliteOutbox::subscription_changes() const {
  return writer_->subscription_changes();
}

const std::optional<std::vector<RememberedResponse>>& SqliteOutbox::remembered_responses() const {
  return writer_->remembered_responses();
}

void SqliteOutbox::when_responses_are_known(std::function<void(std::vector<RememberedResponse>)> tell) {
  writer_->push(AnswersCommand{std::move(tell), {}});
}

void SqliteOutbox::append(OutboxRecord record, std::function<void(Appended)> done) {
  const std::uint64_t bytes = counted_bytes(record.id, record.message);
  writer_->push(AppendCommand{std::move(record), std::move(done), bytes});
}

void SqliteOutbox::fetch(Sequence after, std::size_t limit, std::function<void(Fetched)> done) {
  writer_->push(FetchCommand{after, limit, std::move(done)});
}

void SqliteOutbox::settle(std::vector<Sequence> sequences, std::function<void()> done) {
  writer_->push(SettleCommand{std::move(sequences), std::move(done)});
}

void SqliteOutbox::move_to_dead_letters(Sequence sequence, int reason_code, std::function<void()> done) {
  writer_->push(MoveToDeadLettersCommand{sequence, reason_code, std::move(done)});
}

void SqliteOutbox::show(Sequence after, std::size_t limit,
                        std::function<void(std::optional<ShownEntries>)> done) {
  writer_->push(ShowCommand{after, limit, std::move(done)});
}

void SqliteOutbox::find(std::string id, std::function<void(Found)> done) {
  writer_->push(FindCommand{std::move(id), std::move(done)});
}

void SqliteOutbox::withdraw(Sequence sequence, std::function<void(Withdrawn)> done) {
  writer_->push(WithdrawCommand{sequence, std::move(done)});
}

void SqliteOutbox::dead_letters(std::string after, std::size_t limit,
                                std::function<void(std::optional<std::vector<DeadLetter>>)> done) {
  writer_->push(ListCommand{std::move(after), limit, std::move(done)});
}

void SqliteOutbox::retry(std::string id, std::function<void(DeadLetterEnd)> done) {
  writer_->push(RetryCommand{std::move(id), std::move(done)});
}

void SqliteOutbox::remove(std::string id, std::function<void(DeadLetterEnd)> done) {
  writer_->push(RemoveCommand{std::move(id), std::move(done)});
}

OutboxStatus SqliteOutbox::status() const { return writer_->status(); }

bool SqliteOutbox::accepting() const { return writer_->accepting(); }

void SqliteOutbox::save(std::vector<SubscriptionChange> changes, std::function<void(bool kept)> done) {
  const std::uint64_t bytes = counted_bytes(changes);
  writer_->push(SaveCommand{std::move(changes), std::move(done), bytes});
}

}  // namespace bridge
