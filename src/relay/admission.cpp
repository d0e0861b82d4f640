#include "admission.h"

#include <utility>

#include "publish_results.h"

namespace bridge {

void Admission::take(Delivery& delivery) {
  const bool storable =
      stored_.is_enabled() && (delivery.asked_qos != QoS::at_most_once || delivery.caller.respond_async ||
                               state_.settings.outbox.store_qos0);
  if (storable) delivery.copy.state = DiskCopy::State::none;
  const bool to_disk = rules_.belongs_on_disk(delivery);
  if (auto why_not = refusal(delivery, to_disk)) {
    state_.answers.answer(delivery, *std::move(why_not));
    return destroy(delivery);
  }
  delivery.submitted = ++submitted_;
  delivery.held = HeldBytes(state_.memory.held, delivery.size);
  delivery.caller.deadline = state_.now() + delivery.caller.wait;
  if (const auto expiry = delivery.message.properties.message_expiry_interval; expiry && expiry->count() > 0)
    delivery.expires_at = state_.now() + *expiry;
  if (to_disk) {
    rules_.spill();
    return rules_.store(delivery);
  }
  state_.deadlines.set(delivery, delivery.caller.deadline, state_.now());
  state_.lanes.add(delivery);
}

/// A message that would become a dead letter is refused, not stored: its caller can still be told.
std::optional<PublishResult> Admission::refusal(const Delivery& delivery, bool to_disk) {
  if (state_.is_stopping) return shutting_down();
  if (to_disk) {
    const Verdict verdict = state_.permissions.forecast(delivery.message, state_.now());
    if (verdict.is_against()) return result_of(verdict);
  }
  if (!to_disk && !state_.link.is_up() && !state_.link.may_be_back(delivery.asked_qos, state_.now()))
    return not_connected();
  const bool is_full =
      state_.lanes.waiting() + stored_.being_written() >= state_.settings.publish.queue_messages ||
      state_.memory.held + delivery.size > state_.settings.publish.queue_bytes;
  if (!is_full) return std::nullopt;
  state_.counters.publish_queue_full.add();
  return queue_full();
}

}  // namespace bridge
