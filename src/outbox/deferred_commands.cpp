#include "deferred_commands.h"

#include <utility>

namespace bridge {

bool DeferredCommands::take(Command& command) {
  const auto* settle = std::get_if<SettleCommand>(&command);
  const auto* move = std::get_if<MoveToDeadLettersCommand>(&command);
  if (settle == nullptr && move == nullptr && !std::holds_alternative<AnswersCommand>(command)) return false;
  if (settle != nullptr) hidden_.insert(settle->sequences.begin(), settle->sequences.end());
  if (move != nullptr) hidden_.insert(move->sequence);
  waiting_.push_back(std::exchange(command, NoCommand()));
  return true;
}

void DeferredCommands::replace_save(std::vector<SubscriptionChange> changes, std::uint64_t bytes) {
  std::erase_if(waiting_, [](const Command& one) { return std::holds_alternative<SaveCommand>(one); });
  waiting_.push_back(SaveCommand{std::move(changes), nullptr, bytes});
}

std::vector<Command> DeferredCommands::release() {
  hidden_.clear();
  return std::exchange(waiting_, {});
}

}  // namespace bridge
