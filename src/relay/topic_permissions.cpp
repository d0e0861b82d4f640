#include "topic_permissions.h"

#include "bridge/core/reason_code.h"
#include "message_rules.h"

namespace bridge {

using VerdictKind = Verdict::Kind;

Verdict TopicPermissions::by_refusals(const Message& message, TimePoint now) const {
  if (const int code = beyond_limits(message, limits_)) return {VerdictKind::beyond_limits, code};
  if (const auto code = refused_.refusal(message.topic_name, now)) return {VerdictKind::refused, *code};
  if (const auto code = convicted_.refused_for(message.topic_name, now)) return {VerdictKind::refused, *code};
  return {};
}

Verdict TopicPermissions::forecast(const Message& message, TimePoint now) const {
  const Verdict verdict = by_refusals(message, now);
  if (!verdict.is_against() && guard_.holds_back(message.topic_name, now)) return {VerdictKind::wait, 0};
  return verdict;
}

Verdict TopicPermissions::judge(const Candidate& candidate, TimePoint now) {
  const Message& message = candidate.message;
  const Verdict verdict = by_refusals(message, now);
  if (verdict.is_against() || candidate.is_alone) return verdict;
  const bool is_now_or_never = message.qos == QoS::at_most_once && !candidate.is_promised;
  if (!is_now_or_never && convicted_.knows(message.topic_name, now)) return {VerdictKind::send_alone, 0};
  const bool is_new = !candidate.is_promised && guard_.holds_back(message.topic_name, now);
  if (message.qos == QoS::at_most_once) return judge_qos0(message, is_new, candidate.may_probe, now);
  if (is_new && candidate.was_sent) return {VerdictKind::send_alone, 0};
  if (is_new && guard_.verdict(message.topic_name, now) == TopicGuard::Verdict::hold)
    return {VerdictKind::wait, 0};
  return verdict;
}

/// The broker acknowledges no message of QoS 0. So the topics of such messages are noted when they are sent,
/// and after a loss the broker is asked about them by a message of QoS 1. Under MQTT 3.1.1 it would
/// acknowledge a forbidden one too, and is not asked.
Verdict TopicPermissions::judge_qos0(const Message& message, bool is_new, bool may_probe, TimePoint now) {
  if (now < convicted_.earliest(message.topic_name, now)) return {VerdictKind::wait, 0};
  if (is_new && !may_probe) return {VerdictKind::wait, 0};
  if (is_new && guard_.verdict(message.topic_name, now) == TopicGuard::Verdict::hold)
    return {VerdictKind::wait, 0};
  if (limits_.protocol_version >= 5) {
    const bool can_answer = may_probe && limits_.maximum_qos != QoS::at_most_once;
    if (can_answer && (is_new || qos0_suspicions_.take(message.topic_name, now)))
      return {VerdictKind::send_as_probe, 0};
    qos0_suspicions_.sending(message.topic_name, now);
  }
  guard_.sent(message.topic_name, now);
  return {};
}

void TopicPermissions::connected(const BrokerLimits& limits) {
  limits_ = limits;
  hold_until_ = TimePoint::max();
}

void TopicPermissions::lost(LossNumber loss, bool is_half, TimePoint now) {
  qos0_suspicions_.lost(now);
  guard_.lost(loss, is_half, now);
}

/// Under MQTT 3.1.1 a broker acknowledges forbidden messages too: there is no Reason Code for a refusal.
void TopicPermissions::accepted(const Message& message, TimePoint now) {
  if (message.qos == QoS::at_most_once) return;
  convicted_.accepted(message.topic_name);
  if (limits_.protocol_version >= 5)
    guard_.accepted(message.topic_name);
  else
    guard_.sent(message.topic_name, now);
}

void TopicPermissions::refused(const Message& message, int reason_code, TimePoint now) {
  if (reason_code != reason_code::not_authorized) return;
  refused_.remember(message.topic_name, reason_code, now);
  guard_.refused(message.topic_name, now);
  if (closes_on_refusal_) hold_until_ = now + hold_after_refusal;
}

void TopicPermissions::convicted(const Message& message, int reason_code, const LossSet& losses,
                                 TimePoint now) {
  convicted_.convicted(message.topic_name, reason_code, now);
  guard_.convicted(message.topic_name, losses, now);
}

bool TopicPermissions::holds_all(TimePoint now) {
  if (hold_until_ == TimePoint::max()) return false;
  if (now < hold_until_) return true;
  hold_until_ = TimePoint::max();
  closes_on_refusal_ = false;
  return false;
}

}  // namespace bridge
