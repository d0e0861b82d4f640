#include "overview.h"

#include <algorithm>
#include <utility>

#include "last_reason.h"

namespace bridge {

using Stage = Delivery::Stage;

/// Calls `use` for each stored message that is in memory.
template <typename Use>
void Overview::for_each_here(Use use) {
  for_each_delivery(state_, [&use](Delivery& delivery) {
    if (delivery.copy.state == DiskCopy::State::stored) use(delivery);
  });
}

void Overview::show(Sequence after, std::size_t limit, WaitingDone done) {
  outbox_->show(after, limit, [this, told = std::move(done)](std::optional<ShownEntries> shown) mutable {
    loop_.post([this, told = std::move(told), shown = std::move(shown)]() mutable {
      told(shown ? std::optional(described(*std::move(shown))) : std::nullopt);
    });
  });
}

WaitingMessages Overview::described(ShownEntries shown) {
  WaitingMessages waiting{{}, shown.next};
  waiting.messages.reserve(shown.entries.size());
  for (ShownEntry& entry : shown.entries) waiting.messages.push_back({std::move(entry), 0, {}});
  auto& all = waiting.messages;
  for_each_here([&all](const Delivery& delivery) {
    const auto found = std::lower_bound(
        all.begin(), all.end(), delivery.copy.stored_as,
        [](const WaitingMessage& one, Sequence sequence) { return one.entry.sequence < sequence; });
    if (found == all.end() || found->entry.sequence != delivery.copy.stored_as) return;
    found->attempts = delivery.times_sent + delivery.trouble.resent;
    found->last_reason = last_reason_of(delivery);
  });
  return waiting;
}

void Overview::withdraw(std::string id, WithdrawalDone done) {
  Sequence known = 0;
  for_each_here([&](const Delivery& delivery) {
    if (delivery.copy.id == id) known = delivery.copy.stored_as;
  });
  if (known != 0) return withdraw_from_disk(known, std::move(done));
  outbox_->find(std::move(id), [this, told = std::move(done)](Outbox::Found found) mutable {
    loop_.post([this, found, told = std::move(told)]() mutable {
      if (found.sequence != 0) return withdraw_from_disk(found.sequence, std::move(told));
      told(found.failed ? Withdrawal::failed : Withdrawal::gone);
    });
  });
}

void Overview::withdraw_from_disk(Sequence sequence, WithdrawalDone done) {
  stored_.begin_withdrawal(sequence);
  outbox_->withdraw(sequence, [this, sequence, told = std::move(done)](Outbox::Withdrawn result) mutable {
    loop_.post([this, sequence, result, told = std::move(told)] { told(withdrawn(sequence, result)); });
  });
}

Withdrawal Overview::withdrawn(Sequence sequence, Outbox::Withdrawn result) {
  const bool is_nobodys = stored_.end_withdrawal(sequence);
  if (result == Outbox::Withdrawn::failed) return Withdrawal::failed;
  if (result == Outbox::Withdrawn::not_found || !is_nobodys) return Withdrawal::gone;
  stored_.reading.forgotten(sequence);
  return end_here(sequence);
}

/// Ends a message in memory. One that the session has stays there, since to take it back would cost the
/// connection; it is not stored any more, and is dropped instead of being sent again.
Withdrawal Overview::end_here(Sequence sequence) {
  Delivery* here = nullptr;
  for_each_here([&](Delivery& delivery) {
    if (delivery.copy.stored_as == sequence) here = &delivery;
  });
  if (here == nullptr) return Withdrawal::unsent;
  const Withdrawal end = here->was_sent() ? Withdrawal::sent : Withdrawal::unsent;
  if (here->stage == Stage::queued || here->stage == Stage::redelivery)
    destroy(*here);
  else
    here->withdrawn();
  state_.session.ask_for_turn();
  return end;
}

}  // namespace bridge
