#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/http_client.h"

namespace bridge::test {

/// A problem document (RFC 9457) as the contract has it. `code` empty: any number.
inline void expect_problem(const HttpResponse& response, int status, std::optional<int> code,
                           const std::string& detail_part = {}) {
  EXPECT_EQ(response.status, status) << response.content;
  EXPECT_EQ(response.field("Content-Type").substr(0, 24), "application/problem+json");
  const nlohmann::json problem = response.json();
  ASSERT_TRUE(problem.is_object()) << response.content;
  for (const char* member : {"type", "title", "detail"}) {
    ASSERT_TRUE(problem.contains(member) && problem[member].is_string()) << member << response.content;
    EXPECT_FALSE(problem[member].get<std::string>().empty()) << member;
  }
  EXPECT_EQ(problem.value("status", 0), status);
  ASSERT_TRUE(problem.contains("code") && problem["code"].is_number_integer()) << response.content;
  EXPECT_EQ(problem["code"].get<int>(), code.value_or(problem["code"].get<int>())) << response.content;
  EXPECT_NE(problem["detail"].get<std::string>().find(detail_part), std::string::npos) << response.content;
}

}  // namespace bridge::test
