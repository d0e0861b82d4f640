#include "publishing.h"

#include <algorithm>
#include <utility>

#include "prefer.h"
#include "problem.h"

namespace bridge {

TimePoint Publishing::deadline_for(const RequestHead& head, QoS qos) const {
  auto wait = ack_timeout_;
  if (qos != QoS::at_most_once) wait = std::min(wait, preferred_wait(head).value_or(wait));
  return std::chrono::steady_clock::now() + wait;
}

void Publishing::publish(const Exchange& exchange, Message message) const {
  const TimePoint deadline = deadline_for(exchange.head, message.qos);
  publisher_.submit(std::move(message), deadline,
                    [responder = exchange.responder](const PublishResult& result) {
                      responder.complete(result.error ? problem_response(*result.error)
                                                      : json_response(200, success_json(result.reason_code)));
                    });
}

std::string success_json(int reason_code) {
  if (reason_code == 0) return R"({"code":0})";
  return R"({"code":0,"reason_code":)" + std::to_string(reason_code) + "}";
}

}  // namespace bridge
