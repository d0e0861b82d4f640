#include "subscriptions_handler.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "dump.h"
#include "message_fields.h"
#include "pairs.h"
#include "percent.h"
#include "prefer.h"
#include "problem.h"

namespace bridge {
namespace {

using nlohmann::ordered_json;

std::string_view name_of(SubscriptionStatus::State state) {
  switch (state) {
    case SubscriptionStatus::State::pending:
      return "pending";
    case SubscriptionStatus::State::granted:
      return "granted";
    case SubscriptionStatus::State::refused:
      return "refused";
  }
  return "";
}

ordered_json to_json(const SubscriptionStatus& status) {
  ordered_json item = {{"filter", status.subscription.topic_filter},
                       {"qos", static_cast<int>(status.subscription.qos)},
                       {"state", name_of(status.state)}};
  if (status.state == SubscriptionStatus::State::granted) item["granted_qos"] = status.reason_code;
  if (status.state == SubscriptionStatus::State::refused) item["reason_code"] = status.reason_code;
  return item;
}

QoS qos_of(std::string_view query) {
  std::optional<QoS> qos;
  for (const auto& [name, value] : decode_pairs(query)) {
    if (name != "qos") unknown_field(name);
    if (qos) invalid_field(name, "must not be given twice");
    qos = parse_qos(name, value);
  }
  return qos.value_or(QoS::at_most_once);
}

void limit_wait(const RequestContext& context, std::chrono::seconds ack_timeout) {
  const auto preferred = preferences_of(context.head).wait.value_or(ack_timeout);
  context.budget.answer_within(std::min(preferred, ack_timeout));
}

}  // namespace

void list_subscriptions(const RequestContext& context, const Subscriptions& subscriptions) {
  ordered_json list = ordered_json::array();
  for (const SubscriptionStatus& status : subscriptions.list()) list.push_back(to_json(status));
  context.responder.complete(json_response(200, dump({{"subscriptions", std::move(list)}})));
}

void put_subscription(const RequestContext& context, Subscriptions& subscriptions,
                      std::chrono::seconds ack_timeout) {
  const Subscription wanted{decode_percent(context.resource), qos_of(context.head.query())};
  limit_wait(context, ack_timeout);
  subscriptions.put(wanted, [wanted, responder = context.responder](const SubscriptionResult& result) {
    if (result.error) return responder.complete(problem_response(*result.error));
    const ordered_json granted = {{"code", 0},
                                  {"filter", wanted.topic_filter},
                                  {"qos", static_cast<int>(wanted.qos)},
                                  {"granted_qos", result.granted_qos}};
    responder.complete(json_response(200, dump(granted)));
  });
}

void delete_subscription(const RequestContext& context, Subscriptions& subscriptions,
                         std::chrono::seconds ack_timeout) {
  limit_wait(context, ack_timeout);
  subscriptions.remove(decode_percent(context.resource), [responder = context.responder](
                                                             const SubscriptionResult& result) {
    responder.complete(result.error ? problem_response(*result.error) : json_response(200, R"({"code":0})"));
  });
}

}  // namespace bridge
