#include "problem.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace bridge {
namespace {

TEST(ProblemTest, MapsEachErrorToItsStatusAndCode) {
  const struct {
    Errc errc;
    int status;
    int code;
  } rows[] = {
      {Errc::malformed_request, 400, -1},   {Errc::malformed_content, 400, -1},
      {Errc::invalid_field, 400, -1},       {Errc::invalid_qos, 400, -9},
      {Errc::invalid_topic_name, 400, 144}, {Errc::invalid_topic_filter, 400, 143},
      {Errc::reserved_topic, 403, 135},     {Errc::foreign_host, 403, 135},
      {Errc::foreign_origin, 403, 135},     {Errc::invalid_setting, 500, -1},
      {Errc::too_large, 413, 149},          {Errc::not_found, 404, -1},
      {Errc::method_not_allowed, 405, -1},  {Errc::length_required, 411, -1},
      {Errc::target_too_long, 414, -1},     {Errc::unsupported_encoding, 415, -1},
      {Errc::expectation_failed, 417, -1},  {Errc::head_too_large, 431, -1},
      {Errc::not_implemented, 501, -1},     {Errc::version_not_supported, 505, -1},
      {Errc::request_timeout, 408, -1},     {Errc::not_authorized, 403, 135},
      {Errc::broker_refused, 502, 128},     {Errc::not_connected, 503, -3},
      {Errc::queue_full, 503, 151},         {Errc::outbox_full, 503, 151},
      {Errc::storage_failed, 503, 151},     {Errc::key_reused, 422, -1},
      {Errc::limit_reached, 507, 151},      {Errc::shutting_down, 503, -3},
      {Errc::unconfirmed, 504, 128},        {Errc::internal, 500, -1},
  };
  std::set<std::string_view> types;
  for (const auto& row : rows) {
    const Problem problem = problem_of(row.errc);
    EXPECT_EQ(problem.status, row.status) << problem.type;
    EXPECT_EQ(code_of(Error(row.errc, "")), row.code) << problem.type;
    EXPECT_TRUE(types.insert(problem.type).second) << problem.type;
  }
  EXPECT_EQ(types.size(), static_cast<std::size_t>(Errc::internal) + 1) << "a row is missing";
}

TEST(ProblemTest, IsAProblemDocument) {
  const Response response =
      problem_response(Error(Errc::broker_refused, "the broker refused the message", 151));
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(nlohmann::json::parse(response.content),
            nlohmann::json({{"type", "/problems/broker-refused"},
                            {"title", "Broker refused it"},
                            {"status", 502},
                            {"detail", "the broker refused the message"},
                            {"code", 151}}));
}

TEST(ProblemTest, TellsWhenToComeAgain) {
  EXPECT_EQ(problem_response(Error(Errc::not_connected, "")).fields.at(0).first, "Retry-After");
  EXPECT_TRUE(problem_response(Error(Errc::unconfirmed, "")).fields.empty()) << "a retry may be a duplicate";
}

TEST(ProblemTest, HoldsADetailThatIsNotUtf8) {
  EXPECT_NO_THROW(problem_response(Error(Errc::invalid_field, "a\xFF")));
}

}  // namespace
}  // namespace bridge
