#include "command_executor.h"

namespace bridge {

void CommandExecutor::execute(Command& command) {
  std::visit([this](auto& one) { this->carry_out(one); }, command);
}

void CommandExecutor::carry_out(AppendCommand& command) {
  command.result.status = store().append(command.record, next_sequence_, now(), room_);
  if (command.result.status == AppendStatus::full && store().purge_expired(now()))
    command.result.status = store().append(command.record, next_sequence_, now(), room_);
  if (command.result.status == AppendStatus::full) counters_.outbox_full.add();
  if (command.result.status == AppendStatus::stored) command.result.sequence = next_sequence_++;
}

void CommandExecutor::carry_out(FetchCommand& command) {
  command.result = store().fetch(command.after, command.limit, now(), hidden_);
}

void CommandExecutor::carry_out(SettleCommand& command) { store().settle(command.sequences); }

void CommandExecutor::carry_out(MoveToDeadLettersCommand& command) {
  store().move_to_dead_letters(command.sequence, {command.reason_code, now()}, settings_.max_bytes / 10);
}

void CommandExecutor::carry_out(ShowCommand& command) {
  command.result = store().show(command.after, command.limit, now(), hidden_);
}

void CommandExecutor::carry_out(FindCommand& command) {
  command.result = store().find(command.id, command.looked_up_to, hidden_);
}

void CommandExecutor::carry_out(WithdrawCommand& command) {
  const bool was_there = !hidden_.contains(command.sequence) && store().withdraw(command.sequence);
  command.result = was_there ? Outbox::Withdrawn::done : Outbox::Withdrawn::not_found;
}

void CommandExecutor::carry_out(ListCommand& command) {
  command.result = store().dead_letters(command.after, command.limit);
  const std::chrono::milliseconds shift(store().clock_shift());  // a measured one differs at each call
  for (DeadLetter& letter : *command.result) {
    letter.stored_at += shift;
    letter.refused_at += shift;
  }
}

void CommandExecutor::carry_out(RetryCommand& command) {
  command.result = store().retry(command.id, next_sequence_, room_);
  if (command.result == Outbox::DeadLetterEnd::full && store().purge_expired(now()))
    command.result = store().retry(command.id, next_sequence_, room_);
  if (command.result == Outbox::DeadLetterEnd::full) counters_.outbox_full.add();
  if (command.result == Outbox::DeadLetterEnd::done) ++next_sequence_;
}

void CommandExecutor::carry_out(RemoveCommand& command) { command.result = store().remove(command.id); }

void CommandExecutor::carry_out(AnswersCommand& command) { command.result = store().answers(now()); }

void CommandExecutor::carry_out(SaveCommand& command) {
  store().save(command.changes, room_);
  command.result = true;
}

}  // namespace bridge
