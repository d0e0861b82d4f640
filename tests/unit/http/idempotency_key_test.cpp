#include "idempotency_key.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "bridge/core/error.h"
#include "fakes/recorded_budget.h"

namespace bridge {
namespace {

std::optional<IdempotencyToken> token_of(const std::string& fields, std::string content = "m",
                                         const std::string& line = "POST /publish") {
  const RequestHead head = parse_request_head(line + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", {});
  const Responder responder([](const Response&) {});
  RecordedBudget budget;
  return idempotency_token_of(RequestContext{head, content, {}, responder, budget});
}

TEST(IdempotencyKeyTest, IsTakenWithAndWithoutQuotes) {
  EXPECT_EQ(token_of("Idempotency-Key: a\r\n"), token_of("idempotency-key: \"a\"\r\n"));
  EXPECT_EQ(token_of("Idempotency-Key: a\r\n")->key, "a");
  EXPECT_EQ(token_of(""), std::nullopt);
}

TEST(IdempotencyKeyTest, AnythingElseIsAnotherRequest) {
  const auto fingerprint = [](const auto&... is) { return token_of(is...)->fingerprint; };
  const std::string key = "Idempotency-Key: a\r\n";
  EXPECT_EQ(fingerprint(key), fingerprint(key + "User-Agent: x\r\n"));
  EXPECT_NE(fingerprint(key), fingerprint(key, "n"));
  EXPECT_NE(fingerprint(key), fingerprint(key, "m", "PUT /publish"));
  EXPECT_NE(fingerprint(key), fingerprint(key, "m", "POST /publish?x"));
  EXPECT_NE(fingerprint(key), fingerprint(key + "Content-Type: text/plain\r\n"));
}

TEST(IdempotencyKeyTest, FieldsThatGoAlongAreOfTheRequest) {
  const auto fingerprint = [](const std::string& fields) {
    const RequestHead head = parse_request_head(
        "POST /topics/t HTTP/1.1\r\nHost: h\r\nIdempotency-Key: a\r\n" + fields + "\r\n", {});
    const Responder responder([](const Response&) {});
    RecordedBudget budget;
    std::string content = "m";
    return idempotency_token_of(RequestContext{head, content, {}, responder, budget}, {"ce-*", "traceparent"})
        ->fingerprint;
  };
  EXPECT_NE(fingerprint("ce-id: 1\r\n"), fingerprint("ce-id: 2\r\n"));
  EXPECT_NE(fingerprint("ce-id: 1\r\n"), fingerprint(""));
  EXPECT_EQ(fingerprint("ce-id: 1\r\n"), fingerprint("CE-ID: 1\r\nUser-Agent: x\r\n"));
  EXPECT_EQ(fingerprint("traceparent: 1\r\n"), fingerprint("traceparent: 2\r\n"))
      << "a repeat is a span of its own";
}

TEST(IdempotencyKeyTest, IsRefusedIfItCannotBeOne) {
  EXPECT_THROW(token_of("Idempotency-Key: \r\n"), Error);
  EXPECT_THROW(token_of("Idempotency-Key: \"\"\r\n"), Error);
  EXPECT_THROW(token_of("Idempotency-Key: " + std::string(256, 'k') + "\r\n"), Error);
  EXPECT_NO_THROW(token_of("Idempotency-Key: " + std::string(255, 'k') + "\r\n"));
  EXPECT_THROW(token_of("Idempotency-Key: a\r\nIdempotency-Key: a\r\n"), Error);
}

}  // namespace
}  // namespace bridge
