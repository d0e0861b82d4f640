#include "bridge/relay/publisher.h"

#include <algorithm>
#include <utility>

#include "admission.h"
#include "bridge/core/reason_code.h"
#include "bridge/core/topic.h"
#include "crossing.h"
#include "loss_blame.h"
#include "message_rules.h"
#include "outcomes.h"
#include "overview.h"
#include "publish_results.h"
#include "relay_state.h"
#include "sender.h"
#include "stored_messages.h"
#include "storing_rules.h"
#include "suspects.h"

namespace bridge {
namespace {

constexpr std::chrono::milliseconds longest_pause_between_turns{500};

}  // namespace

/// Built upwards: each knows those before it.
struct Publisher::Parts {
  Parts(const Settings& settings, Session& session, Executor& loop, const Clock& clock, Counters& counters,
        Outbox* outbox)
      : crossing(settings.publish.queue_messages, settings.publish.queue_bytes),
        state(settings, session, clock, counters),
        suspects(state),
        stored(state, suspects, outbox, loop),
        rules(state, stored),
        admission(state, stored, rules),
        sender(state, suspects, stored, rules),
        outcomes(state, suspects, stored, rules),
        overview(state, stored, outbox, loop) {}

  Crossing crossing;
  RelayState state;
  Suspects suspects;
  StoredMessages stored;
  StoringRules rules;
  Admission admission;
  Sender sender;
  Outcomes outcomes;
  Overview overview;
};

Publisher::Publisher(const Settings& settings, Session& session, Executor& loop, const Clock& clock,
                     Counters& counters, Outbox* outbox)
    : allowed_dollar_filters_(settings.mqtt.allow_dollar_topics),
      refuses_renamed_topics_(settings.mqtt.refuse_renamed_topics),
      patience_with_acknowledgements_(3 * settings.mqtt.ack_timeout),
      loop_(loop),
      parts_(std::make_unique<Parts>(settings, session, loop, clock, counters, outbox)) {}

Publisher::~Publisher() = default;

void Publisher::submit(Message message, PublishOptions options, PublishDone done) {
  check_message(message);
  check_settings(message.topic_name);
  Deliveries one;
  Delivery& delivery = new_delivery(one, std::move(message), std::move(done));
  delivery.caller.wait = options.wait;
  delivery.caller.respond_async = options.respond_async;
  delivery.copy.token = std::move(options.token);
  if (loop_.runs_here()) {
    parts_->admission.take(delivery);
    parts_->state.answers.deliver();
    return parts_->state.session.ask_for_turn();
  }
  switch (parts_->crossing.put(one)) {
    case Crossing::Put::first:
      return loop_.post([this] { take_crossed(); });
    case Crossing::Put::behind:
      return;
    case Crossing::Put::full:
      parts_->state.counters.publish_queue_full.add();
      return delivery.caller.done(queue_full());
    case Crossing::Put::closed:
      return delivery.caller.done(shutting_down());
  }
}

void Publisher::take_crossed() {
  Deliveries came = parts_->crossing.take();
  while (!came.empty()) {
    Delivery& delivery = came.front();
    delivery.list = &came;
    parts_->admission.take(delivery);
  }
  parts_->state.answers.deliver();
  parts_->state.session.ask_for_turn();
}

void Publisher::check_settings(const std::string& topic_name) const {
  if (refuses_renamed_topics_ && is_renamed_by_rabbitmq(topic_name))
    throw Error(Errc::invalid_topic_name,
                "topic: has a '.' or a '*', which RabbitMQ delivers as '/' and '+'; "
                "mqtt.refuse_renamed_topics has it refused");
  if (!is_dollar_topic(topic_name)) return;
  const bool allowed =
      std::any_of(allowed_dollar_filters_.begin(), allowed_dollar_filters_.end(),
                  [&](const std::string& filter) { return topic_matches(filter, topic_name); });
  if (!allowed)
    throw Error(Errc::reserved_topic,
                "topic: names that begin with '$' belong to the broker; those to be published to stand in "
                "mqtt.allow_dollar_topics",
                reason_code::not_authorized);
}

void Publisher::show_waiting(Sequence after, std::size_t limit, WaitingDone done) {
  loop_.post([this, after, limit, told = std::move(done)]() mutable {
    parts_->overview.show(after, limit, std::move(told));
  });
}

void Publisher::withdraw(std::string id, WithdrawalDone done) {
  loop_.post([this, wanted = std::move(id), told = std::move(done)]() mutable {
    parts_->overview.withdraw(std::move(wanted), std::move(told));
  });
}

void Publisher::on_requeued() {
  loop_.post([this] {
    parts_->stored.reading.note_stored();
    parts_->state.permissions.forgive();
    parts_->state.session.ask_for_turn();
  });
}

void Publisher::on_connected(const BrokerLimits& limits) {
  is_connected_ = true;
  parts_->state.link.connected(parts_->state.now());
  parts_->state.permissions.connected(limits);
  parts_->suspects.on_connected();
  parts_->stored.reading.fetch_if_wanted();
  parts_->state.session.ask_for_turn();
}

void Publisher::on_unreachable() { parts_->state.permissions.pardon(parts_->state.link.last_loss()); }

Resumption Publisher::on_disconnected(const ConnectionLoss& loss) {
  is_connected_ = false;
  RelayState& state = parts_->state;
  state.link.lost(state.now());
  const bool may_be_a_topics = may_blame_a_message(loss) || is_excused(loss);
  if (may_be_a_topics && !parts_->suspects.one_is_alone())
    state.permissions.lost(state.link.last_loss(), parts_->suspects.may_cost_two_losses(), state.now());
  parts_->rules.on_disconnected();
  const Resumption resumption = parts_->suspects.on_disconnected(loss);
  parts_->stored.written.on_disconnected();
  parts_->outcomes.interrupt_written();
  state.answers.deliver();
  state.session.ask_for_turn();
  return resumption;
}

void Publisher::on_published(std::span<const PublishEnd> ends) {
  for (const PublishEnd& end : ends) parts_->outcomes.on_published(end);
  parts_->state.answers.deliver();
  parts_->state.session.ask_for_turn();
}

void Publisher::on_unanswered(Outgoing& message) {
  parts_->outcomes.unanswered(static_cast<Delivery&>(message));
  parts_->state.answers.deliver();
  parts_->state.session.ask_for_turn();
}

/// Sends before it ends what is overdue: a caller who does not want to wait at all still wants it sent.
TimePoint Publisher::on_turn(TimePoint now) {
  RelayState& state = parts_->state;
  state.time.is(now);
  parts_->outcomes.give_up_hopeless();
  parts_->rules.while_away();
  parts_->sender.hand_over();
  parts_->rules.end_overdue();
  suspects_ = state.lanes.suspects.size();
  unanswered_ = state.sent.unanswered.size();
  acknowledges_nothing_ = !state.sent.in_flight.empty() &&
                          now - state.sent.in_flight.front().sent_at >= patience_with_acknowledgements_;
  const TimePoint disk_wants = parts_->stored.end_turn();
  state.answers.deliver();
  TimePoint next = now + longest_pause_between_turns;
  for (const TimePoint wanted : {disk_wants, parts_->rules.next_look(), parts_->sender.next_look()})
    if (wanted > now) next = std::min(next, wanted);  // what was due now waits for something else by now
  state.time.end();
  return next;
}

void Publisher::leave_stored() {
  RelayState& state = parts_->state;
  if (!parts_->stored.is_enabled()) return;
  state.leaves_stored = true;
  for (Deliveries* list : {&state.lanes.redelivery, &state.lanes.suspects})
    for (Delivery& delivery : *list)
      if (StoringRules::may_come_again(delivery)) parts_->rules.store(delivery);
  if (parts_->rules.must_wait_for_next_process()) parts_->rules.spill();
  state.session.ask_for_turn();
}

bool Publisher::at_rest() const {
  RelayState& state = parts_->state;
  state.time.end();  // it is asked between the turns
  if (!parts_->stored.is_enabled()) return true;
  if (!parts_->crossing.empty()) return false;
  if (!state.link.is_up() && !state.link.may_be_back(QoS::at_least_once, state.now())) return true;
  if (parts_->stored.being_forgotten() > 0 || parts_->stored.being_written() > 0) return false;
  return std::none_of(state.sent.in_flight.begin(), state.sent.in_flight.end(), [](const Delivery& delivery) {
    return !delivery.is_in_memory_only() || StoringRules::may_come_again(delivery);
  });
}

void Publisher::begin_stop() {
  parts_->state.is_stopping = true;
  parts_->rules.store_all();
  parts_->stored.hand_in();
}

bool Publisher::is_stopped() const { return parts_->stored.being_written() == 0; }

void Publisher::end() {
  parts_->state.is_stopping = true;
  parts_->crossing.close();
  take_crossed();
  parts_->rules.end_all();
  parts_->state.answers.deliver();
}

std::vector<std::string> Publisher::conditions() const {
  std::vector<std::string> conditions;
  if (const std::size_t count = suspects_; count > 0)
    conditions.push_back("messages at which the broker may close the connection are sent one at a time: " +
                         std::to_string(count) + " wait");
  if (const std::size_t count = unanswered_; count > 0)
    conditions.push_back("messages that the broker does not acknowledge: " + std::to_string(count));
  else if (acknowledges_nothing_)
    conditions.emplace_back("the broker acknowledges no message");
  return conditions;
}

}  // namespace bridge
