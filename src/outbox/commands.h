#pragma once

#include <functional>
#include <variant>

#include "bridge/core/outbox.h"
#include "bridge/core/subscription_store.h"

namespace bridge {

// Each command carries the result that `done` is called with. Until the command is carried out, that is the
// result of a disk that fails.

struct AppendCommand {
  OutboxRecord record;
  std::function<void(Appended)> done;
  std::uint64_t bytes = 0;  // as the limits count them
  Appended result{};
};

struct FetchCommand {
  Sequence after = 0;
  std::size_t limit = 0;
  std::function<void(Fetched)> done;
  Fetched result{};
};

struct SettleCommand {
  std::vector<Sequence> sequences;
  std::function<void()> done;
};

struct MoveToDeadLettersCommand {
  Sequence sequence = 0;
  int reason_code = 0;
  std::function<void()> done;
};

struct ShowCommand {
  Sequence after = 0;
  std::size_t limit = 0;
  std::function<void(std::optional<ShownEntries>)> done;
  std::optional<ShownEntries> result{};
};

/// Looks at some rows each time that it is carried out, until there is a result.
struct FindCommand {
  std::string id;
  std::function<void(Outbox::Found)> done;
  Sequence looked_up_to = 0;
  std::optional<Outbox::Found> result{};
};

struct WithdrawCommand {
  Sequence sequence = 0;
  std::function<void(Outbox::Withdrawn)> done;
  Outbox::Withdrawn result = Outbox::Withdrawn::failed;
};

struct ListCommand {
  std::string after;
  std::size_t limit = 0;
  std::function<void(std::optional<std::vector<DeadLetter>>)> done;
  std::optional<std::vector<DeadLetter>> result{};
};

struct RetryCommand {
  std::string id;
  std::function<void(Outbox::DeadLetterEnd)> done;
  Outbox::DeadLetterEnd result = Outbox::DeadLetterEnd::failed;
};

struct RemoveCommand {
  std::string id;
  std::function<void(Outbox::DeadLetterEnd)> done;
  Outbox::DeadLetterEnd result = Outbox::DeadLetterEnd::failed;
};

struct AnswersCommand {
  std::function<void(std::vector<RememberedResponse>)> done;
  std::vector<RememberedResponse> result = {};
};

struct SaveCommand {
  std::vector<SubscriptionChange> changes;
  std::function<void(bool)> done;
  std::uint64_t bytes = 0;  // as the limits count them
  bool result = false;
};

/// Takes the place of a command that was put off until the disk works.
struct NoCommand {};

using Command = std::variant<NoCommand, AppendCommand, FetchCommand, SettleCommand, MoveToDeadLettersCommand,
                             ShowCommand, FindCommand, WithdrawCommand, ListCommand, RetryCommand,
                             RemoveCommand, AnswersCommand, SaveCommand>;

}  // namespace bridge
