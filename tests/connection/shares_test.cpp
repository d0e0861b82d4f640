// The part of the shared memory that one connection, or one kind of request, may take.
#include <gtest/gtest.h>

#include "served.h"
#include "support/process_usage.h"

namespace bridge::test {
namespace {

HttpSettings one_loop() {
  HttpSettings settings;
  settings.threads = 1;
  settings.max_body = 400000;
  settings.max_bulk = 100;
  settings.max_arriving = 8388608;
  return settings;
}

TEST(SharesTest, RequestsThatReserveAndWaitLeaveHalfOfTheRoomToOthers) {
  Served served(one_loop());
  std::vector<Socket> bulks;
  for (int i = 0; i < 16; ++i) bulks.push_back(ask(served.port(), "POST /reserve?524288 HTTP/1.1"));
  ASSERT_TRUE(eventually(within(soon),
                         [&] { return served.waiting() + served.counters().http_overloads.value() == 16; }));
  EXPECT_EQ(served.waiting(), 8U) << "half of 8 MiB";

  const HttpResponse refused = served.client().request("POST", "/reserve?524288");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.field("Retry-After"), "1");
  EXPECT_NE(refused.content.find("the server is out of request memory (http.max_arriving); retry"),
            std::string::npos)
      << refused.content;
  EXPECT_EQ(served.waiting(), 8U) << "its handler has gone on";
  const std::string large(400000, 'x');
  EXPECT_EQ(served.client().request("POST", "/take", large).status, 200) << "others go on";

  for (std::size_t i = 0; i < 8; ++i) served.responder(i).complete(json_response(200, "{}"));
  EXPECT_TRUE(eventually(within(soon), [&] {
    ask(served.port(), "POST /reserve?524288 HTTP/1.1");
    return served.waiting() > 8;
  })) << "what was reserved is free again";
}

TEST(SharesTest, WhatWasReservedIsFreeOnceItIsAnswered) {
  Served served(one_loop());
  for (int round = 0; round < 5; ++round) {
    std::vector<Socket> bulks;
    const std::size_t before = served.waiting();
    for (int i = 0; i < 8; ++i) bulks.push_back(ask(served.port(), "POST /reserve?524288 HTTP/1.1"));
    ASSERT_TRUE(eventually(within(soon), [&] { return served.waiting() == before + 8; })) << round;
    for (std::size_t i = before; i < before + 8; ++i) served.responder(i).complete(json_response(200, "{}"));
    for (const Socket& bulk : bulks) EXPECT_TRUE(read_until(bulk, "{}").starts_with("HTTP/1.1 200 "));
  }
  EXPECT_EQ(served.counters().http_overloads.value(), 0U);
}

TEST(SharesTest, OneConnectionDoesNotTakeTheRoomOfTheOthers) {
  HttpSettings settings = one_loop();
  settings.max_body = 100000;
  Served served(settings);
  // An eighth of 8 MiB is 1 MiB: in place of a larger answer there is a 503, though all have room.
  EXPECT_EQ(served.client().request("GET", "/large?900000").content.size(), 900000U);
  const HttpResponse refused = served.client().request("GET", "/large?1200000");
  EXPECT_EQ(refused.status, 503) << refused.content.size();
  EXPECT_EQ(served.counters().http_overloads.value(), 1U);
}

TEST(LingeringTest, BeyondTheLimitTheOldestMakesRoom) {
  constexpr std::size_t more_than_the_limit = 1100;
  ASSERT_GT(allow_descriptors(3000), 2500U);
  Served served(one_loop());
  std::vector<Socket> refused;
  for (std::size_t i = 0; i < more_than_the_limit; ++i) {
    refused.push_back(Socket::connect_to(served.port()));
    refused.back().send_all("GET / HTTP/9.9\r\n\r\n");
  }
  for (const Socket& socket : refused) EXPECT_TRUE(read_to_end(socket).starts_with("HTTP/1.1 505 "));
  EXPECT_TRUE(eventually(within(soon), [&] { return served.counters().http_lingering_ended.value() > 0; }));
  EXPECT_EQ(served.client().request("POST", "/echo", "still here").content, "still here");
}

}  // namespace
}  // namespace bridge::test
