// POST /publish/bulk: a result for each item, in order; a bad item does not stop the others.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/stall_watch.h"

namespace bridge::test {
namespace {

using nlohmann::json;

class BulkTest : public BridgeTest {
 protected:
  HttpResponse post_lines(const std::string& lines) {
    return http_.request("POST", "/publish/bulk", lines, {{"Content-Type", "application/x-ndjson"}});
  }

  static json items(int count, int qos) {
    json list = json::array();
    for (int i = 0; i < count; ++i) {
      list.push_back({{"topic", "bulk/" + std::to_string(i)}, {"msg", std::to_string(i)}, {"qos", qos}});
    }
    return list;
  }
};

void expect_all_good(const HttpResponse& response, std::size_t count) {
  EXPECT_EQ(response.status, 200);
  const json results = response.json().value("results", json());
  ASSERT_EQ(results.size(), count) << response.content;
  for (const json& result : results) {
    EXPECT_EQ(result.value("status", 0), 200) << result;
    EXPECT_EQ(result.value("code", -1000), 0) << result;
  }
}

TEST_F(BulkTest, AThousandItemsOfAnArrayArriveInOrder) {
  for (const int qos : {0, 1, 2}) {
    probe_.forget_received();
    expect_all_good(http_.post_json("/publish/bulk", items(1000, qos)), 1000);
    ASSERT_TRUE(probe_.wait_for_count(1000, within(soon))) << qos;
    const auto received = probe_.received();
    for (std::size_t i = 0; i < 1000; ++i) {
      ASSERT_EQ(received[i].payload, std::to_string(i));
      ASSERT_EQ(received[i].qos, qos);
    }
  }
}

TEST_F(BulkTest, ItemsArePipelinedNotOneRoundTripEach) {
  http_.post_json("/publish/bulk", items(10, 1));
  EXPECT_TRUE(holds_unless_stalled(std::chrono::milliseconds(50), [this] {
    const TimePoint start = Clock::now();
    expect_all_good(http_.post_json("/publish/bulk", items(1000, 1)), 1000);
    return since(start) <= scaled(std::chrono::milliseconds(500));
  }));
}

TEST_F(BulkTest, LinesAreTakenOneByOne) {
  expect_all_good(post_lines("{\"topic\":\"l/1\",\"msg\":\"a\"}\n{\"topic\":\"l/2\",\"msg\":{\"b\":1}}\r\n"),
                  2);
  EXPECT_EQ(arrived("l/1").payload, "a");
  EXPECT_EQ(arrived("l/2").payload, "{\"b\":1}");
  expect_all_good(post_lines("{\"topic\":\"l/3\",\"msg\":\"no line feed at the end\"}"), 1);
  EXPECT_EQ(arrived("l/3").payload, "no line feed at the end");
}

TEST_F(BulkTest, ABadItemDoesNotStopTheOthers) {
  const json list = {{{"topic", "good/1"}, {"msg", "1"}},
                     {{"topic", "bad/#"}, {"msg", "2"}},
                     {{"topic", "good/2"}, {"msg", "3"}, {"qos", 1}},
                     {{"topic", "bad"}, {"msg", "4"}, {"qos", 3}},
                     {{"topic", "bad"}, {"mgs", "5"}},
                     42,
                     {{"topic", "$SYS/x"}, {"msg", "6"}},
                     {{"topic", "good/3"}, {"msg", "7"}, {"qos", 2}}};
  const HttpResponse response = http_.post_json("/publish/bulk", list);
  EXPECT_EQ(response.status, 207);
  const json results = response.json().value("results", json());
  const std::vector<std::pair<int, int>> expected = {{200, 0},  {400, 144}, {200, 0},   {400, -9},
                                                     {400, -1}, {400, -1},  {403, 135}, {200, 0}};
  ASSERT_EQ(results.size(), expected.size()) << response.content;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(results[i].value("status", 0), expected[i].first) << i << results[i];
    EXPECT_EQ(results[i].value("code", -1000), expected[i].second) << i << results[i];
    EXPECT_EQ(results[i].contains("detail"), expected[i].first != 200) << i << results[i];
  }
  EXPECT_NE(results[4].value("detail", "").find("mgs"), std::string::npos) << results[4];
  for (const char* topic : {"good/1", "good/2", "good/3"}) arrived(topic);
  EXPECT_EQ(probe_.count(), 3U) << "nothing that was refused";
}

TEST_F(BulkTest, ABadLineDoesNotStopTheOthers) {
  const HttpResponse response = post_lines(
      "{\"topic\":\"l/1\",\"msg\":\"1\"}\n{broken\n{\"topic\":\"l/\xff\",\"msg\":\"2\"}\n"
      "{\"topic\":\"l/2\",\"msg\":\"3\"}\n");
  EXPECT_EQ(response.status, 207);
  const json results = response.json().value("results", json());
  ASSERT_EQ(results.size(), 4U) << response.content;
  const std::vector<int> expected = {200, 400, 400, 200};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(results[i].value("status", 0), expected[i]) << results[i];
  EXPECT_EQ(arrived("l/2").payload, "3");
  EXPECT_EQ(probe_.count(), 2U);
}

TEST_F(BulkTest, MoreItemsThanMaxBulkAreRefusedAndNoneIsSent) {
  expect_problem(http_.post_json("/publish/bulk", items(1001, 0)), 413, 149, "1000");
  std::string lines;
  for (const json& item : items(1001, 0)) lines += item.dump() + "\n";
  expect_problem(post_lines(lines), 413, 149, "1000");
  expect_success(http_.post_json("/publish", {{"topic", "after"}, {"msg", "m"}}));
  arrived("after");
  EXPECT_EQ(probe_.count(), 1U);
}

TEST_F(BulkTest, WhatIsNotAListIsRefused) {
  for (const char* content : {"42", "\"text\"", "[{]", ""}) {
    expect_problem(http_.request("POST", "/publish/bulk", content, {{"Content-Type", "application/json"}}),
                   400, -1);
  }
}

}  // namespace
}  // namespace bridge::test
