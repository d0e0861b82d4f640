#include <algorithm>
#include <utility>

#include "outbox_writer.h"

namespace bridge {
namespace {

/// Trying again at once may help: the file is mended, or there is room for what needs little.
bool is_mendable(const std::exception& error) {
  const auto* from_database = dynamic_cast<const DatabaseError*>(&error);
  return from_database != nullptr && (from_database->is_full() || from_database->is_damage());
}

}  // namespace

/// @return what is true of the messages of a batch whose commit failed.
Kept OutboxWriter::undo_batch(const std::exception& error, Sequence first) {
  const Sequence last = next_sequence_++;  // the one at which it failed is used up too
  lose_disk(error);
  if (is_mendable(error)) next_tick_ = std::chrono::steady_clock::now();
  const bool gone = disk_.undo(first, last) == OutboxDisk::Undone::gone;
  if (!gone) return Kept::unknown;
  return out_of_space_ ? Kept::full : Kept::failed;
}

void OutboxWriter::do_without(std::vector<Command>& batch, Kept appended) {
  std::uint64_t bytes = 0;
  for (Command& command : batch) {
    if (auto* append = std::get_if<AppendCommand>(&command)) {
      bytes += append->bytes;
      if (append->result.kept == Kept::full) continue;
      append->result = {appended, 0};
      if (appended == Kept::full) counters_.outbox_full.add();
    } else if (std::holds_alternative<SettleCommand>(command) ||
               std::holds_alternative<BuryCommand>(command) ||
               std::holds_alternative<AnswersCommand>(command)) {
      put_off(command);
    } else {
      read_only(command);
    }
  }
  if (appended == Kept::full) missed_bytes_ = bytes;
}

/// Kept until the disk takes it again; nobody shall see these entries meanwhile.
void OutboxWriter::put_off(Command& command) {
  if (const auto* settle = std::get_if<SettleCommand>(&command))
    hidden_.insert(settle->sequences.begin(), settle->sequences.end());
  if (const auto* bury = std::get_if<BuryCommand>(&command)) hidden_.insert(bury->sequence);
  pending_.push_back(std::exchange(command, NoCommand()));
}

void OutboxWriter::read_only(Command& command) {
  if (auto* save = std::get_if<SaveCommand>(&command)) {
    std::erase_if(pending_, [](const Command& one) { return std::holds_alternative<SaveCommand>(one); });
    pending_.push_back(
        SaveCommand{std::move(save->changes), nullptr, save->bytes});  // what is in use is written later
    save->result = false;
    return;
  }
  auto* fetch = std::get_if<FetchCommand>(&command);
  if (fetch != nullptr) fetch->result = {{}, 0, false, true};
  if (auto* list = std::get_if<ListCommand>(&command)) list->result.reset();
  if (auto* retry = std::get_if<RetryCommand>(&command)) retry->result = Outbox::DeadLetterEnd::failed;
  if (auto* remove = std::get_if<RemoveCommand>(&command)) remove->result = Outbox::DeadLetterEnd::failed;
  if (disk_.store() == nullptr) return;
  try {
    if (fetch != nullptr) execute(*fetch);
    // what it dropped is still there, and would be met again at once
    if (fetch != nullptr && fetch->result.dropped > 0) fetch->result = {{}, 0, false, true};
    if (auto* list = std::get_if<ListCommand>(&command)) execute(*list);
  } catch (const std::exception& error) {
    if (fetch != nullptr) fetch->result = {{}, 0, false, true};
    lose_disk(error);
  }
  disk_.store()->rollback();
}

}  // namespace bridge
