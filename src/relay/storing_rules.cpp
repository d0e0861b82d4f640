#include "storing_rules.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "bridge/core/seeded_hash.h"
#include "publish_results.h"

namespace bridge {
namespace {

using Copy = DiskCopy::State;
using Stage = Delivery::Stage;

/// A QoS 2 message that was handed over more than once: 200 would say that it arrived once.
bool may_arrive_twice(const Delivery& delivery) {
  return delivery.asked_qos == QoS::exactly_once && delivery.times_sent > 1;
}

/// The time that an answer waits for the disk. A message that is not stored by then may still be stored: its
/// caller is told "unconfirmed".
constexpr std::chrono::seconds patience_with_disk{5};

}  // namespace

/// While the broker is away, the outbox is asked even if it accepts nothing: its answer says why.
bool StoringRules::belongs_on_disk(const Delivery& delivery) {
  if (delivery.copy.state != Copy::none) return false;
  if (!state_.link.is_up())
    return !state_.link.may_be_back(delivery.asked_qos, state_.now()) ||
           (delivery.caller.respond_async && stored_.accepting());
  if (must_wait_for_next_process()) return true;
  const bool too_long_a_wait = stored_.waiting() > state_.settings.publish.window ||
                               2 * state_.lanes.ordered.size() >= state_.settings.publish.queue_messages;
  return (delivery.caller.respond_async || too_long_a_wait) && stored_.accepting();
}

bool StoringRules::must_wait_for_next_process() const {
  const Lanes& lanes = state_.lanes;
  return state_.leaves_stored &&
         (stored_.waiting() > 0 || !lanes.redelivery.empty() || !lanes.suspects.empty());
}

bool StoringRules::may_come_again(const Delivery& delivery) {
  return delivery.can_be_stored() && delivery.asked_qos != QoS::at_most_once;
}

void StoringRules::store(Delivery& delivery) {
  state_.deadlines.set(delivery, state_.now() + patience_with_disk, state_.now());
  if (delivery.stage == Stage::queued) move_to_back(delivery, with_disk_);
  stored_.append(delivery, [this, &delivery](Appended result) { appended(delivery, result); });
}

/// The next process sends in the order of the disk. A message that was handed over may never have left, so it
/// is stored before later ones of its topic (MQTT 5.0, 4.6).
void StoringRules::spill(const Delivery* last) {
  state_.lanes.unpark_all();
  std::unordered_set<std::string_view, SeededHash> topics;
  for (const Delivery& delivery : state_.lanes.ordered) {
    topics.insert(delivery.message.topic_name);
    if (&delivery == last) break;
  }
  if (!topics.empty())
    store_handed_over([&](const Delivery& sent) { return topics.contains(sent.message.topic_name); });
  while (!state_.lanes.ordered.empty()) {
    Delivery& delivery = state_.lanes.ordered.front();
    store(delivery);
    if (&delivery == last) return;
  }
}

/// In the order in which it was sent and will be again.
void StoringRules::store_handed_over(const std::function<bool(const Delivery&)>& is_wanted) {
  std::vector<Delivery*> sent;
  for_each_sent(state_, [&](Delivery& delivery) {
    if (may_come_again(delivery) && is_wanted(delivery)) sent.push_back(&delivery);
  });
  std::sort(sent.begin(), sent.end(),
            [](const Delivery* a, const Delivery* b) { return a->sequence < b->sequence; });
  for (Delivery* const delivery : sent) store(*delivery);
}

void StoringRules::store_all() {
  if (!stored_.is_enabled()) return;
  store_handed_over([](const Delivery&) { return true; });
  spill();
}

void StoringRules::appended(Delivery& delivery, Appended result) {
  if (result.status == AppendStatus::stored)
    on_stored(delivery, result.sequence);
  else
    on_store_failed(delivery, result.status);
}

/// An unsent message leaves memory here, and is read back from the disk when its turn comes.
void StoringRules::on_stored(Delivery& delivery, Sequence sequence) {
  delivery.stored(sequence);
  const PublishResult stored{std::nullopt, 0, delivery.copy.id};
  if (delivery.stage == Stage::queued) {
    stored_.reading.note_stored();
    state_.answers.answer(delivery, stored);
    return destroy(delivery);
  }
  stored_.reading.keep_in_memory(sequence);
  if (delivery.stage != Stage::over) return state_.answers.answer(delivery, stored);
  if (delivery.copy.outcome_after_disk->error && !delivery.is_answered())
    return stored_.forget_now(sequence, [this, &delivery] {
      state_.answers.answer(delivery, std::move(*delivery.copy.outcome_after_disk));
      destroy(delivery);
    });
  state_.answers.answer(delivery, stored);
  stored_.forget_stored(sequence);
  destroy(delivery);
}

/// A message of QoS 1 that was sent goes on until its caller's deadline. One of QoS 2 may be sent again only
/// if its caller was told 202 (at least once), which needs the disk; if the broker took it on such a repeat,
/// the outcome is unknown.
void StoringRules::on_store_failed(Delivery& delivery, AppendStatus status) {
  delivery.not_stored();
  if (delivery.stage == Stage::over) {
    const bool is_taken = !delivery.copy.outcome_after_disk->error;
    state_.answers.answer(delivery, is_taken && may_arrive_twice(delivery)
                                        ? unconfirmed()
                                        : std::move(*delivery.copy.outcome_after_disk));
    return destroy(delivery);
  }
  const bool may_go_on = delivery.stage != Stage::queued && delivery.asked_qos == QoS::at_least_once;
  if (may_go_on && delivery.caller.deadline > state_.now() && !delivery.is_answered())
    return state_.deadlines.set(delivery, delivery.caller.deadline, state_.now());
  if (delivery.was_sent() || status == AppendStatus::unknown)
    state_.answers.answer(delivery, unconfirmed());
  else
    state_.answers.answer(delivery, status == AppendStatus::full ? outbox_full() : storage_failed());
  if (delivery.stage != Stage::in_flight) destroy(delivery);
}

void StoringRules::answer_when_forgotten(Delivery& delivery, PublishResult result) {
  if (delivery.copy.state == Copy::storing) return wait_for_disk(delivery, std::move(result));
  state_.answers.answer(delivery, std::move(result));
  destroy(delivery);
}

void StoringRules::give_up(Delivery& delivery, int reason_code, PublishResult result) {
  if (delivery.copy.state != Copy::stored) return answer_when_forgotten(delivery, std::move(result));
  stored_.move_to_dead_letters(delivery.copy.stored_as, reason_code);
  destroy(delivery);
}

void StoringRules::expire(Delivery& delivery, PublishResult result) {
  if (delivery.copy.state != Copy::stored) return answer_when_forgotten(delivery, std::move(result));
  state_.counters.outbox_expired.add();
  stored_.forget_stored(delivery.copy.stored_as);
  destroy(delivery);
}

/// QoS 2 is answered 202 (at least once), when it is stored: a crash before the disk has forgotten it would
/// have the next process send it again.
void StoringRules::accepted_while_storing(Delivery& delivery, PublishResult result) {
  if (delivery.asked_qos != QoS::exactly_once) state_.answers.answer(delivery, result);
  wait_for_disk(delivery, std::move(result));
}

void StoringRules::wait_for_disk(Delivery& delivery, PublishResult outcome) {
  delivery.copy.outcome_after_disk = std::make_unique<PublishResult>(std::move(outcome));
  delivery.decided();
  move_to_back(delivery, with_disk_);
}

void StoringRules::while_away() {
  if (state_.link.is_up()) return;
  end_unsent(state_.lanes.small_immediate);
  end_unsent(state_.lanes.large_immediate);
  if (stored_after_loss_ || state_.link.may_be_back(QoS::at_least_once, state_.now())) return;
  stored_after_loss_ = true;
  if (stored_.is_enabled()) return store_all();
  end_unsent(state_.lanes.ordered);
  end_unsent(state_.lanes.redelivery);
  end_unsent(state_.lanes.suspects);
}

void StoringRules::end_unsent(Deliveries& list) {
  for (auto next = list.begin(); next != list.end();) {
    Delivery& delivery = *next++;
    if (delivery.was_sent()) continue;
    state_.answers.answer(delivery, not_connected());
    destroy(delivery);
  }
}

void StoringRules::end_overdue() {
  while (Due* const due = state_.deadlines.next_due(state_.now())) overdue(static_cast<Delivery&>(*due));
}

/// A message that can be stored gets more time, for the disk. One on its way to a disk that hangs may yet
/// arrive there, so its caller is told "unconfirmed".
void StoringRules::overdue(Delivery& delivery) {
  const bool is_queued = delivery.stage == Stage::queued;
  if (delivery.can_be_stored()) return is_queued ? spill(&delivery) : store(delivery);
  const bool may_arrive = delivery.was_sent() || !delivery.is_in_memory_only();
  state_.answers.answer(delivery, may_arrive ? unconfirmed() : too_slow());
  const bool waits_here = is_queued || delivery.stage == Stage::redelivery;
  if (waits_here && delivery.is_in_memory_only()) destroy(delivery);
}

void StoringRules::end_all() {
  const auto end = [this](Delivery& delivery) {
    const bool may_arrive = delivery.was_sent() || !delivery.is_in_memory_only();
    state_.answers.answer(delivery, may_arrive ? unconfirmed() : shutting_down());
  };
  for_each_delivery(state_, end);
  std::for_each(with_disk_.begin(), with_disk_.end(), end);
}

TimePoint StoringRules::next_look() const {
  const bool grace_runs = !state_.link.is_up() && !stored_after_loss_;
  return grace_runs ? std::min(state_.deadlines.earliest(), state_.link.grace_ends())
                    : state_.deadlines.earliest();
}

}  // namespace bridge
