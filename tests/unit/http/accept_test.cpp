#include "accept.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

int html(const std::string& fields) {
  return quality_of(parse_request_head("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", {}), "text/html");
}

TEST(AcceptTest, IsTakenByTheClosestRange) {
  EXPECT_EQ(html("Accept: text/html\r\n"), 1000);
  EXPECT_EQ(html("Accept: TEXT/HTML;level=1;Q=0.25\r\n"), 250);
  EXPECT_EQ(html("Accept: */*;q=0.1, text/*;q=0.333\r\n"), 333);
  EXPECT_EQ(html("Accept: text/html;q=0, */*\r\n"), 0);
  EXPECT_EQ(html("Accept: application/json\r\nAccept: text/* ; q = 0.5\r\n"), 500);
  EXPECT_EQ(html("Accept: application/json, text/plain\r\n"), 0);
  EXPECT_EQ(html("Accept: textual/*, text/htm, text/html5\r\n"), 0);
}

TEST(AcceptTest, WhoeverDoesNotSayTakesAll) { EXPECT_EQ(html(""), 1000); }

TEST(AcceptTest, WhatIsNoListIsNoFault) {
  EXPECT_EQ(html("Accept:\r\n"), 0);
  EXPECT_EQ(html("Accept: ,;,q=,;q=1,text/html;q\r\n"), 1000);
  EXPECT_EQ(html("Accept: text/html;q=0.99999999999999999999\r\n"), 999);
  EXPECT_EQ(html("Accept: text/html;q=0.x\r\n"), 0);
}

}  // namespace
}  // namespace bridge
