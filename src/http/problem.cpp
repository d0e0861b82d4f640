#include "problem.h"

#include <nlohmann/json.hpp>

#include "responder.h"

namespace bridge {

Problem problem_of(Errc errc) {
  switch (errc) {  // no default: the compiler names the Errc somebody forgot
    case Errc::malformed_request:
      return {400, "/problems/malformed-request", "Request is malformed", -1};
    case Errc::malformed_content:
      return {400, "/problems/malformed-content", "Content is malformed", -1};
    case Errc::invalid_field:
      return {400, "/problems/invalid-field", "Field is not valid", -1};
    case Errc::invalid_qos:
      return {400, "/problems/invalid-qos", "QoS is not valid", -9};
    case Errc::invalid_topic_name:
      return {400, "/problems/invalid-topic-name", "Topic Name is not valid", 144};
    case Errc::invalid_topic_filter:
      return {400, "/problems/invalid-topic-filter", "Topic Filter is not valid", 143};
    case Errc::reserved_topic:
      return {403, "/problems/reserved-topic", "Topic belongs to the broker", 135};
    case Errc::too_large:
      return {413, "/problems/too-large", "Content is too large", 149};
    case Errc::foreign_host:
      return {403, "/problems/foreign-host", "Host is not served here", 135};
    case Errc::foreign_origin:
      return {403, "/problems/foreign-origin", "Origin is not allowed", 135};
    case Errc::not_found:
      return {404, "/problems/not-found", "Nothing is here", -1};
    case Errc::method_not_allowed:
      return {405, "/problems/method-not-allowed", "Method is not allowed here", -1};
    case Errc::length_required:
      return {411, "/problems/length-required", "Length of the content is missing", -1};
    case Errc::target_too_long:
      return {414, "/problems/target-too-long", "Target is too long", -1};
    case Errc::unsupported_encoding:
      return {415, "/problems/unsupported-encoding", "Content is not supported", -1};
    case Errc::expectation_failed:
      return {417, "/problems/expectation-failed", "Expectation is not supported", -1};
    case Errc::head_too_large:
      return {431, "/problems/head-too-large", "Head of the request is too large", -1};
    case Errc::not_implemented:
      return {501, "/problems/not-implemented", "Not implemented", -1};
    case Errc::version_not_supported:
      return {505, "/problems/version-not-supported", "HTTP version is not supported", -1};
    case Errc::request_timeout:
      return {408, "/problems/request-timeout", "Request took too long", -1};
    case Errc::not_authorized:
      return {403, "/problems/not-authorized", "Broker does not allow it", 135};
    case Errc::broker_refused:
      return {502, "/problems/broker-refused", "Broker refused it", 128};
    case Errc::not_connected:
      return {503, "/problems/not-connected", "Not connected to the broker", -3};
    case Errc::queue_full:
      return {503, "/problems/queue-full", "Queue is full, retry later", 151};
    case Errc::outbox_full:
      return {503, "/problems/outbox-full", "Outbox is full, retry later", 151};
    case Errc::storage_failed:
      return {503, "/problems/storage-failed", "Outbox cannot store it", 151};
    case Errc::key_reused:
      return {422, "/problems/key-reused", "Idempotency-Key belongs to another request", -1};
    case Errc::limit_reached:
      return {507, "/problems/limit-reached", "Limit is reached", 151};
    case Errc::shutting_down:
      return {503, "/problems/shutting-down", "Shutting down", -3};
    case Errc::unconfirmed:
      return {504, "/problems/unconfirmed", "Not confirmed in time", 128};
    case Errc::invalid_setting:
      return {500, "/problems/invalid-setting", "Setting cannot be used", -1};
    case Errc::internal:
      break;  // the reason is for the log, not for the caller
  }
  return {500, "/problems/internal", "Internal error", -1};
}

int code_of(const Error& error) {
  return error.wire_code() != 0 ? error.wire_code() : problem_of(error.errc()).code;
}

Response problem_response(const Error& error) {
  const Problem problem = problem_of(error.errc());
  nlohmann::ordered_json document = {{"type", problem.type},
                                     {"title", problem.title},
                                     {"status", problem.status},
                                     {"detail", error.what()},
                                     {"code", code_of(error)}};
  Response response{problem.status,
                    "application/problem+json",
                    document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                    {}};
  if (problem.status == 503) response.fields.emplace_back("Retry-After", "1");
  return response;
}

Responder::State::~State() {
  if (completed_) return;
  try {
    sink_(problem_response(Error(Errc::internal, "the request could not be carried out")));
  } catch (...) {  // no memory even for this: the connection's own deadline closes it
    return;
  }
}

}  // namespace bridge
