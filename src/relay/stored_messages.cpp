#include "stored_messages.h"

#include <algorithm>
#include <utility>

namespace bridge {

using Stage = Delivery::Stage;

StoredMessages::StoredMessages(RelayState& state, Suspects& suspects, Outbox* outbox, Executor& loop)
    : reading(state, outbox, loop),
      written(state, *this, suspects),
      state_(state),
      outbox_(outbox),
      loop_(loop) {}

void StoredMessages::append(Delivery& delivery, std::function<void(Appended)> done) {
  const bool is_unsent = delivery.stage == Stage::queued;
  delivery.storing();
  ++being_written_;
  if (is_unsent) ++unsent_being_written_;
  if (delivery.copy.id.empty()) delivery.copy.id = ids_.next();
  outbox_->append(record_of(delivery), [this, is_unsent, done = std::move(done)](Appended result) mutable {
    loop_.post([this, is_unsent, result, told = std::move(done)] {
      --being_written_;
      if (is_unsent) --unsent_being_written_;
      told(result);
      state_.answers.deliver();
      state_.session.ask_for_turn();
    });
  });
}

OutboxRecord StoredMessages::record_of(Delivery& delivery) const {
  OutboxRecord record;
  record.id = delivery.copy.id;
  if (delivery.stage == Stage::queued)
    record.message = std::move(delivery.message);
  else
    record.message = delivery.message;
  record.message.qos = delivery.asked_qos;
  if (record.message.properties.message_expiry_interval == std::chrono::seconds{0})
    record.expires_in = std::chrono::milliseconds{1};
  if (delivery.expires_at)
    record.expires_in =
        std::max(std::chrono::ceil<std::chrono::milliseconds>(*delivery.expires_at - state_.now()),
                 std::chrono::milliseconds{1});
  record.token = std::move(delivery.copy.token);
  return record;
}

bool StoredMessages::may_be_sent() const {
  return !state_.lanes.from_disk.empty() &&
         state_.sent.in_flight.size() + being_forgotten() < state_.settings.publish.window;
}

/// Nobody ends it by hand any more.
void StoredMessages::decided(Sequence sequence) {
  ++being_forgotten_;
  if (!being_withdrawn_.empty()) being_withdrawn_.erase(sequence);
}

void StoredMessages::forget_stored(Sequence sequence) {
  decided(sequence);
  to_forget_.push_back(sequence);
}

void StoredMessages::forget_now(Sequence sequence, std::function<void()> done) {
  decided(sequence);
  outbox_->settle({sequence}, [this, sequence, done = std::move(done)]() mutable {
    loop_.post([this, sequence, told = std::move(done)] {
      told();
      state_.answers.deliver();
      forgotten({sequence});
    });
  });
}

void StoredMessages::move_to_dead_letters(Sequence sequence, int reason_code) {
  decided(sequence);
  outbox_->move_to_dead_letters(
      sequence, reason_code, [this, sequence] { loop_.post([this, sequence] { forgotten({sequence}); }); });
}

void StoredMessages::hand_in() {
  if (to_forget_.empty()) return;
  std::vector<Sequence> sequences = std::exchange(to_forget_, {});
  outbox_->settle(sequences, [this, sequences]() mutable {
    loop_.post([this, given = std::move(sequences)] { forgotten(given); });
  });
}

void StoredMessages::forgotten(const std::vector<Sequence>& sequences) {
  being_forgotten_ -= sequences.size();
  for (const Sequence sequence : sequences) reading.forgotten(sequence);
  state_.session.ask_for_turn();
}

void StoredMessages::begin_withdrawal(Sequence sequence) {
  hand_in();
  being_withdrawn_.insert(sequence);
}

bool StoredMessages::end_withdrawal(Sequence sequence) { return being_withdrawn_.erase(sequence) > 0; }

TimePoint StoredMessages::end_turn() {
  if (!is_enabled()) return TimePoint::max();
  written.confirm();
  hand_in();
  const bool all_known = waiting() == 0 && being_forgotten() == 0 && being_written_ == 0;
  reading.look_for_unknown(all_known);
  reading.fetch_if_wanted();
  return reading.next_look();
}

}  // namespace bridge
