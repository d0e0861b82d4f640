#include "publishing.h"

#include <algorithm>
#include <utility>

#include "prefer.h"
#include "problem.h"

namespace bridge {

TimePoint Publishing::deadline_for(const RequestHead& head) const {
  return std::chrono::steady_clock::now() +
         std::min(preferred_wait(head).value_or(ack_timeout_), ack_timeout_);
}

void Publishing::publish(const Exchange& exchange, Message message) const {
  publisher_.submit(std::move(message), deadline_for(exchange.head),
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
