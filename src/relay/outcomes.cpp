#include "outcomes.h"

#include "bridge/core/reason_code.h"
#include "publish_results.h"

namespace bridge {

using Copy = DiskCopy::State;
using OutcomeKind = PublishOutcome::Kind;

namespace {

constexpr int most_unanswered = 3;  // connections

}  // namespace

void Outcomes::on_published(const PublishEnd& end) {
  Delivery& delivery = static_cast<Delivery&>(*end.message);
  const bool is_written = end.outcome.kind == OutcomeKind::accepted && delivery.copy.state == Copy::stored &&
                          delivery.message.qos == QoS::at_most_once;
  if (!is_written) suspects_.decided(delivery);
  const bool was_probe =
      state_.backoff.probe_ended(delivery.sequence, end.outcome.kind == OutcomeKind::accepted);
  switch (end.outcome.kind) {
    case OutcomeKind::accepted:
      return accepted(delivery, end.outcome.reason_code);
    case OutcomeKind::refused:
      return refused(delivery, end.outcome.reason_code, was_probe);
    case OutcomeKind::interrupted:
      return interrupted(delivery);
    case OutcomeKind::unsent:
      return unsent(delivery);
    case OutcomeKind::expired:
      return expired(delivery);
  }
}

void Outcomes::accepted(Delivery& delivery, int code) {
  state_.counters.publish_accepted.add();
  state_.permissions.accepted(delivery.message, state_.now());
  if (delivery.message.qos != QoS::at_most_once) suspects_.taken(delivery);
  if (delivery.copy.state == Copy::storing)
    return rules_.accepted_while_storing(delivery, {std::nullopt, code, {}});
  if (delivery.copy.state == Copy::stored) {
    if (delivery.message.qos == QoS::at_most_once) return stored_.written.add(delivery);
    stored_.forget_stored(delivery.copy.stored_as);
  } else {
    state_.answers.answer(delivery, {std::nullopt, code, {}});
  }
  destroy(delivery);
}

/// A message that is refused when it is sent again may have been taken before, so its caller is told
/// "unconfirmed"; but not where the ACL forbids the topic.
void Outcomes::refused(Delivery& delivery, int code, bool was_probe) {
  state_.counters.publish_refused.add();
  state_.permissions.refused(delivery.message, code, state_.now());
  const bool may_come_later = delivery.copy.state == Copy::stored && is_transient(code);
  if (may_come_later && try_later(delivery, code, was_probe)) return;
  const bool is_first = delivery.times_sent == 1 && !delivery.trouble.repeated;
  const bool is_certain = code == reason_code::not_authorized || is_first;
  rules_.give_up(delivery, code, is_certain ? refusal(code) : unconfirmed());
}

/// Retries later. Only a refusal of a message sent alone counts against it; refusals within a batch may be
/// rate limiting.
/// @return whether it is not yet given up.
bool Outcomes::try_later(Delivery& delivery, int code, bool was_probe) {
  if (was_probe && delivery.trouble.refusals == RetryBackoff::most) return false;
  delivery.trouble.last = Delivery::Trouble::Last::refused;
  delivery.trouble.last_code = code;
  if (was_probe || delivery.trouble.refusals == 0) ++delivery.trouble.refusals;
  state_.backoff.failed(delivery.trouble.refusals, state_.now());
  delivery.interrupted();
  suspects_.redeliver(delivery);
  return true;
}

/// The session has ended under a message. QoS 1 is sent again (MQTT 5.0, 4.3.2), and so is whatever the disk
/// has. QoS 0 was now or never, and QoS 2 sent anew would be a second message (4.3.3): as a stored one it
/// may.
void Outcomes::interrupted(Delivery& delivery) {
  if (delivery.blame.convicted_for != 0) return convict(delivery);
  const bool must_be_stored = delivery.asked_qos == QoS::exactly_once || state_.leaves_stored;
  const bool may_be_stored = must_be_stored && StoringRules::may_come_again(delivery);
  if (delivery.is_in_memory_only() && !may_be_stored) {
    if (delivery.asked_qos != QoS::at_least_once) state_.answers.answer(delivery, unconfirmed());
    if (delivery.is_answered()) return destroy(delivery);
  }
  delivery.interrupted();
  suspects_.redeliver(delivery);
  if (may_be_stored) rules_.store(delivery);
}

/// The broker closes the connection at it: it was not taken, nor ever will be.
void Outcomes::convict(Delivery& delivery) {
  const int code = delivery.blame.convicted_for;
  state_.counters.publish_refused.add();
  state_.permissions.convicted(delivery.message, code, delivery.blame.in_flight_at, state_.now());
  rules_.give_up(delivery, code, closes_connection(code));
}

/// The session wrote no byte of it. If it was not sent before either, it is certain that it was never sent.
void Outcomes::unsent(Delivery& delivery) {
  delivery.came_back();
  if (delivery.is_immediate()) {
    state_.answers.answer(delivery, not_connected());
    return destroy(delivery);
  }
  if (delivery.is_answered() && delivery.is_in_memory_only()) return destroy(delivery);
  suspects_.redeliver(delivery);
}

/// Its expiry passed while it waited to be sent again: whether the broker has it is unknown.
void Outcomes::expired(Delivery& delivery) { rules_.expire(delivery, unconfirmed()); }

void Outcomes::interrupt_written() {
  for (Deliveries* list : {&state_.sent.confirming, &state_.sent.written})
    while (!list->empty()) {
      Delivery& delivery = list->front();
      suspects_.decided(delivery);
      interrupted(delivery);
    }
}

void Outcomes::unanswered(Delivery& delivery) {
  suspects_.decided(delivery);
  delivery.blame.suspicion.release();
  delivery.trouble.last = Delivery::Trouble::Last::unanswered;
  move_to_back(delivery, state_.sent.unanswered);
  if (++delivery.trouble.unanswered >= most_unanswered)
    move_to_back(delivery, state_.sent.hopeless);
  else if (state_.sent.unanswered.size() > state_.settings.publish.window)
    move_to_back(state_.sent.unanswered.front(), state_.sent.hopeless);
}

void Outcomes::give_up_hopeless() {
  while (!state_.sent.hopeless.empty()) {
    Delivery& delivery = state_.sent.hopeless.front();
    state_.session.abandon(delivery);
    rules_.give_up(delivery, reason_code::implementation_specific_error, unconfirmed());
  }
}

}  // namespace bridge
