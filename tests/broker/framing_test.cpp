// The rules of admission on the wire (RFC 9112): each request gets the answer that its bytes deserve,
// wherever they are cut and whatever stands before them. Nothing behind a refused request is read.

#include "raw_fixture.h"

namespace bridge::test {
namespace {

constexpr std::size_t everywhere = 512;  // as many places as the short requests have bytes
const std::size_t in_some_places = sanitized ? 8 : 32;

using FramingTest = RawTest;

std::vector<RawExchange> cut(const std::string& bytes, std::size_t places) {
  std::vector<RawExchange> exchanges;
  add_cuts(exchanges, bytes, places);
  return exchanges;
}

TEST_F(FramingTest, EachRequestIsAnsweredByItsRule) {
  for (const auto& [why, bytes, status, closes] : raw_requests())
    expect(why, std::to_string(status), {{{bytes}}});
  perform_all();
}

TEST_F(FramingTest, TheAnswerIsTheSameHoweverTheBytesAreCut) {
  for (const auto& [why, bytes, status, closes] : raw_requests())
    expect(why, std::to_string(status),
           cut(bytes, bytes.size() < everywhere && !sanitized ? everywhere : in_some_places));
  perform_all();
}

TEST_F(FramingTest, TheAnswerIsTheSameBehindOtherRequestsAndInTheirOrder) {
  for (const auto& [why, bytes, status, closes] : raw_requests()) {
    const std::string statuses = "200 200 " + std::to_string(status);
    expect(why, statuses, {{{good_request + good_request + bytes}}, {{good_request, good_request, bytes}}});
    expect(why, statuses, cut(good_request + good_request + bytes, in_some_places));
  }
  perform_all();
}

TEST_F(FramingTest, ARequestThatIsRefusedIsTheLastThatIsLookedAt) {
  for (const auto& [why, bytes, status, closes] : raw_requests()) {
    if (!closes) continue;
    expect(why, std::to_string(status),
           {{{bytes + hidden_request}},
            {{bytes, hidden_request}},
            {{bytes + "\r\n\r\n" + hidden_request}},
            {{bytes + "\r\n0\r\n\r\n" + hidden_request}}});
  }
  perform_all();
}

TEST_F(FramingTest, ARequestThatIsTakenEndsWhereItsLengthSays) {
  for (const auto& [why, bytes, status, closes] : raw_requests()) {
    if (closes) continue;
    expect(why, std::to_string(status) + " 200", {{{bytes + good_request}}, {{bytes, good_request}}});
  }
  perform_all();
}

}  // namespace
}  // namespace bridge::test
