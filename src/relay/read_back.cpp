#include "read_back.h"

#include <algorithm>
#include <utility>

namespace bridge {
namespace {

constexpr std::chrono::milliseconds pause_after_failed_read{250};
constexpr std::chrono::milliseconds between_checks{500};

}  // namespace

ReadBack::ReadBack(RelayState& state, Outbox* outbox, Executor& loop)
    : state_(state), outbox_(outbox), loop_(loop) {
  if (outbox_ == nullptr) return;
  const OutboxStatus status = outbox_->status();
  unread_ = status.is_known ? status.messages : 1;  // what may be there goes first
}

void ReadBack::forgotten(Sequence sequence) {
  if (!in_memory_.empty()) in_memory_.erase(sequence);
}

void ReadBack::look_for_unknown(bool all_known) {
  if (outbox_ == nullptr || !state_.link.is_up() || state_.leaves_stored) return;
  if (state_.now() < next_check_) return;
  next_check_ = state_.now() + between_checks;
  if (!all_known || unread_ > 0 || !state_.lanes.from_disk.empty() || is_busy() || state_.memory.drained > 0)
    return;
  unread_ = outbox_->status().messages;
  if (unread_ > 0) read_up_to_ = 0;
}

void ReadBack::fetch_if_wanted() {
  if (!state_.link.is_up() || state_.leaves_stored || is_fetching_ || unread_ == 0) return;
  if (2 * state_.lanes.from_disk.size() >= state_.settings.publish.window) return;
  if (4 * state_.memory.drained >= state_.settings.publish.queue_bytes || state_.now() < not_before_) return;
  is_fetching_ = true;
  outbox_->fetch(read_up_to_, state_.settings.publish.window, [this](Fetched result) {
    loop_.post([this, found = std::move(result)]() mutable {
      on_fetched(std::move(found));
      state_.session.ask_for_turn();
    });
  });
}

TimePoint ReadBack::next_look() const {
  if (outbox_ == nullptr || !state_.link.is_up() || state_.leaves_stored) return TimePoint::max();
  const bool waits_for_disk = unread_ > 0 && !is_fetching_ && state_.now() < not_before_;
  return waits_for_disk ? std::min(not_before_, next_check_) : next_check_;
}

void ReadBack::on_fetched(Fetched result) {
  is_fetching_ = false;
  if (result.failed) not_before_ = state_.now() + pause_after_failed_read;
  std::size_t passed = result.dropped;
  for (OutboxEntry& from : result.entries) {
    read_up_to_ = from.sequence;
    if (in_memory_.contains(from.sequence)) continue;
    ++passed;
    add(std::move(from));
  }
  // more may be there than was ever counted here
  unread_ = result.at_end ? 0 : std::max<std::size_t>(1, unread_ - std::min(passed, unread_));
  if (!result.failed && result.entries.empty()) fetch_if_wanted();
}

/// Its caller was told when it was stored.
void ReadBack::add(OutboxEntry from) {
  Delivery& delivery = new_delivery(state_.lanes.from_disk, std::move(from.message), nullptr);
  delivery.copy.state = DiskCopy::State::stored;
  delivery.copy.stored_as = from.sequence;
  delivery.copy.id = std::move(from.id);
  if (from.expires_in) delivery.expires_at = state_.now() + *from.expires_in;
  delivery.held = HeldBytes(state_.memory.drained, delivery.size);
}

}  // namespace bridge
