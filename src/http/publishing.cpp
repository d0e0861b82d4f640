#include "publishing.h"

#include <algorithm>
#include <utility>

#include "bridge/core/error.h"
#include "idempotency_key.h"
#include "problem.h"

namespace bridge {

PublishRequest::PublishRequest(const RequestContext& context, const std::vector<std::string>& property_fields)
    : preferences(preferences_of(context.head)), token(idempotency_token_of(context, property_fields)) {}

void Publishing::check(const PublishRequest& request, std::size_t items) const {
  if (request.token) repeats_.check(*request.token, items);
}

/// `Prefer: wait=N` does not shorten the wait of QoS 0, which has no acknowledgement to wait for.
void Publishing::submit(const PublishRequest& request, std::size_t item, std::size_t items, Message message,
                        PublishDone done) const {
  auto wait = ack_timeout_;
  if (message.qos != QoS::at_most_once) wait = std::min(wait, request.preferences.wait.value_or(wait));
  PublishOptions options{wait};
  options.respond_async = request.preferences.respond_async;
  if (!request.token) return publisher_.submit(std::move(message), std::move(options), std::move(done));
  repeats_.submit(publisher_, {*request.token, item, items}, std::move(message), std::move(options),
                  std::move(done));
}

void Publishing::publish(const RequestContext& context, const PublishRequest& request, Message message,
                         SuccessContent content) const {
  submit(request, 0, 1, std::move(message),
         [responder = context.responder, content](const PublishResult& result) {
           if (result.error) return responder.complete(problem_response(*result.error));
           responder.complete(json_response(status_of(result), content == SuccessContent::empty_array
                                                                   ? "[]"
                                                                   : "{" + success_members(result) + "}"));
         });
}

int status_of(const PublishResult& success) { return success.id.empty() ? 200 : 202; }

std::string success_members(const PublishResult& success) {
  std::string members = R"("code":0)";
  if (!success.id.empty()) members += R"(,"id":")" + success.id + '"';
  if (success.reason_code != 0) members += R"(,"reason_code":)" + std::to_string(success.reason_code);
  return members;
}

}  // namespace bridge
