#include "problem.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "dump.h"

namespace bridge {

namespace {

struct Row {
  Errc errc;
  Problem problem;
};

/// In the order of Errc.
constexpr auto problems = std::to_array<Row>({
    {Errc::malformed_request, {400, "/problems/malformed-request", "Request is malformed", -1}},
    {Errc::malformed_content, {400, "/problems/malformed-content", "Content is malformed", -1}},
    {Errc::invalid_field, {400, "/problems/invalid-field", "Field is not valid", -1}},
    {Errc::invalid_qos, {400, "/problems/invalid-qos", "QoS is not valid", -9}},
    {Errc::invalid_topic_name, {400, "/problems/invalid-topic-name", "Topic Name is not valid", 144}},
    {Errc::invalid_topic_filter, {400, "/problems/invalid-topic-filter", "Topic Filter is not valid", 143}},
    {Errc::reserved_topic, {403, "/problems/reserved-topic", "Topic belongs to the broker", 135}},
    {Errc::too_large, {413, "/problems/too-large", "Content is too large", 149}},
    {Errc::foreign_host, {403, "/problems/foreign-host", "Host is not served here", 135}},
    {Errc::foreign_origin, {403, "/problems/foreign-origin", "Origin is not allowed", 135}},
    {Errc::not_found, {404, "/problems/not-found", "Nothing is here", -1}},
    {Errc::method_not_allowed, {405, "/problems/method-not-allowed", "Method is not allowed here", -1}},
    {Errc::length_required, {411, "/problems/length-required", "Length of the content is missing", -1}},
    {Errc::target_too_long, {414, "/problems/target-too-long", "Target is too long", -1}},
    {Errc::unsupported_encoding, {415, "/problems/unsupported-encoding", "Content is not supported", -1}},
    {Errc::expectation_failed, {417, "/problems/expectation-failed", "Expectation is not supported", -1}},
    {Errc::head_too_large, {431, "/problems/head-too-large", "Head of the request is too large", -1}},
    {Errc::not_implemented, {501, "/problems/not-implemented", "Not implemented", -1}},
    {Errc::version_not_supported,
     {505, "/problems/version-not-supported", "HTTP version is not supported", -1}},
    {Errc::request_timeout, {408, "/problems/request-timeout", "Request took too long", -1}},
    {Errc::not_authorized, {403, "/problems/not-authorized", "Broker does not allow it", 135}},
    {Errc::broker_refused, {502, "/problems/broker-refused", "Broker refused it", 128}},
    {Errc::not_connected, {503, "/problems/not-connected", "Not connected to the broker", -3}},
    {Errc::queue_full, {503, "/problems/queue-full", "Queue is full, retry later", 151}},
    {Errc::outbox_full, {503, "/problems/outbox-full", "Outbox is full, retry later", 151}},
    {Errc::storage_failed, {503, "/problems/storage-failed", "Outbox cannot store it", 151}},
    {Errc::key_reused, {422, "/problems/key-reused", "Idempotency-Key belongs to another request", -1}},
    {Errc::limit_reached, {507, "/problems/limit-reached", "Limit is reached", 151}},
    {Errc::shutting_down, {503, "/problems/shutting-down", "Shutting down", -3}},
    {Errc::unconfirmed, {504, "/problems/unconfirmed", "Not confirmed in time", 128}},
    {Errc::invalid_setting, {500, "/problems/invalid-setting", "Setting cannot be used", -1}},
    {Errc::internal, {500, "/problems/internal", "Internal error", -1}},
});

/// Stops the compiler if a row is missing; its message names the Errc that somebody forgot.
template <Errc errc>
constexpr bool has_its_row() {
  static_assert(problems.at(static_cast<std::size_t>(errc)).errc == errc,
                "it has no row, or not in its place");
  return true;
}

template <std::size_t... each>
constexpr bool all_have_their_row(std::index_sequence<each...>) {
  return (has_its_row<static_cast<Errc>(each)>() && ...);
}

constexpr std::size_t errcs = static_cast<std::size_t>(Errc::internal) + 1;
static_assert(problems.size() == errcs && all_have_their_row(std::make_index_sequence<errcs>()));

}  // namespace

Problem problem_of(Errc errc) { return problems.at(static_cast<std::size_t>(errc)).problem; }

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
  Response response{problem.status, "application/problem+json", dump(document), {}};
  if (problem.status == 503) response.fields.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace bridge
