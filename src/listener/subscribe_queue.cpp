#include "subscribe_queue.h"

#include <algorithm>
#include <utility>

#include "bridge/core/reason_code.h"
#include "bridge/core/topic.h"

namespace bridge::listener {
namespace {

using namespace std::chrono_literals;
using Kind = SubscribeOutcome::Kind;
using Standing = FilterPauses::Standing;

/// A connection that ends this soon after a refusal was closed for it.
constexpr auto closed_for_refusal = 2s;
constexpr std::size_t most_refusals = 16;
/// The time that other filters wait for the answer to a suspect: some brokers never answer some packets.
constexpr auto patience_with_broker = 10s;

}  // namespace

void SubscribeQueue::connected(Client& client, const BrokerLimits& limits, TimePoint now) {
  client_ = &client;
  limits_ = limits;
  alone_ = false;
  refusals_.clear();
  send_trusted(now);
}

void SubscribeQueue::add(Operation operation, TimePoint now) {
  if (refuse(operation, now)) return;
  const bool suspect = pauses_.standing(operation.subscription.topic_filter, now) == Standing::suspect;
  (suspect ? suspects_ : trusted_).push_back(std::move(operation));
  send_trusted(now);
}

/// @return true if what is known of the filter has answered the operation.
bool SubscribeQueue::refuse(const Operation& operation, TimePoint now) {
  if (!operation.subscribes) return false;
  const std::string& filter = operation.subscription.topic_filter;
  if (pauses_.standing(filter, now) == Standing::left_out) {
    operation.done({Kind::left_out, pauses_.reason_code(filter)});
    return true;
  }
  return false;
}

bool SubscribeQueue::is_patient(TimePoint now) const {
  return !under_way_.empty() && now - last_sent_ < patience_with_broker;
}

/// Sends nothing beside a suspect: if the connection ended, it would not be clear for which of them.
void SubscribeQueue::send_trusted(TimePoint now) {
  while (client_ != nullptr && !trusted_.empty() && !(alone_ && is_patient(now))) {
    alone_ = false;
    Operation operation = std::move(trusted_.front());
    trusted_.pop_front();
    send(std::move(operation), now);
  }
}

void SubscribeQueue::send_next(TimePoint now) {
  send_trusted(now);
  while (client_ != nullptr && !suspects_.empty() && trusted_.empty() && !is_patient(now)) {
    Operation operation = std::move(suspects_.front());
    suspects_.pop_front();
    send(std::move(operation), now);
    alone_ = under_way_.size() == 1;
  }
}

/// Refuses `$share` where the broker has said that it has no shared subscriptions (MQTT 5.0, 3.2.2.3.13).
/// Only a connection tells, so add() did not look.
void SubscribeQueue::send(Operation operation, TimePoint now) {
  const Subscription& subscription = operation.subscription;
  if (operation.subscribes && is_shared_filter(subscription.topic_filter) && !limits_.shared_available)
    return operation.done({Kind::refused, reason_code::shared_subscriptions_not_supported});
  const std::uint64_t number = ++last_number_;
  const bool sent = operation.subscribes ? client_->subscribe(number, subscription)
                                         : client_->unsubscribe(number, subscription.topic_filter);
  if (!sent) return operation.done({Kind::not_connected, 0});
  last_sent_ = now;
  under_way_.emplace(number, std::move(operation));
}

void SubscribeQueue::answered(std::uint64_t number, const SubscribeOutcome& outcome, TimePoint now) {
  if (outcome.kind == Kind::lost || outcome.kind == Kind::not_connected) return;  // lost() will tell
  auto found = under_way_.extract(number);
  if (found.empty()) return;
  if (under_way_.empty()) alone_ = false;
  const Operation& operation = found.mapped();
  const std::string& filter = operation.subscription.topic_filter;
  if (operation.subscribes && outcome.kind == Kind::granted) pauses_.granted(filter);
  if (outcome.kind == Kind::refused) {
    if (refusals_.size() == most_refusals) refusals_.erase(refusals_.begin());
    refusals_.push_back({filter, outcome.code, now});
  }
  operation.done(outcome);
  send_trusted(now);
}

bool SubscribeQueue::may_be_at_fault(TimePoint now) const {
  return !under_way_.empty() ||
         std::any_of(refusals_.begin(), refusals_.end(),
                     [now](const Refusal& refusal) { return now - refusal.at < closed_for_refusal; });
}

void SubscribeQueue::lost(int reason_code, TimePoint now) {
  const int code = std::max(reason_code, reason_code::unspecified_error);
  bool explained = false;  // RabbitMQ closes after its refusal: the next filter may be under way by then
  for (const Refusal& refusal : refusals_) {
    if (now - refusal.at >= closed_for_refusal) continue;
    pauses_.lost(refusal.topic_filter, true, refusal.reason_code, now);
    explained = true;
  }
  const bool at_fault = alone_ && !explained;
  for (const auto& [number, operation] : under_way_)
    if (operation.subscribes) pauses_.lost(operation.subscription.topic_filter, at_fault, code, now);
  left();
  fail_all();
}

void SubscribeQueue::left() {
  client_ = nullptr;
  alone_ = false;
  refusals_.clear();
}

void SubscribeQueue::fail_all() {
  for (const auto& [number, operation] : std::exchange(under_way_, {})) operation.done({Kind::lost, 0});
  fail_waiting();
}

void SubscribeQueue::fail_waiting() {
  for (auto* waiting : {&trusted_, &suspects_})
    for (const Operation& operation : std::exchange(*waiting, {})) operation.done({Kind::not_connected, 0});
}

}  // namespace bridge::listener
