#include "request_body.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"
#include "support/gzip.h"

namespace bridge {
namespace {

using test::gzip_of;

constexpr std::size_t largest_body = 1000;

RequestHead head_with(const std::string& fields) {
  HttpSettings settings;
  settings.max_body = largest_body;
  return parse_request_head("POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", settings);
}

std::string of_length(std::size_t size) { return "Content-Length: " + std::to_string(size) + "\r\n"; }
const std::string in_chunked = "Transfer-Encoding: chunked\r\n";
const std::string in_gzip = "Content-Encoding: gzip\r\n";

std::string as_chunks(const std::string& content) {
  std::string wire;
  for (const char c : content) wire += std::string("1\r\n") + c + "\r\n";
  return wire + "0\r\n\r\n";
}

/// The content of `wire`, given in pieces of `step`; what is left must be `left`.
std::string content_of_body(const RequestHead& head, const std::string& wire, std::size_t step,
                            const std::string& left) {
  RequestBody body;
  body.begin(head, largest_body);
  std::string content;
  std::string buffer;
  bool complete = false;
  for (std::size_t at = 0; at < wire.size() && !complete; at += step) {
    buffer += wire.substr(at, step);
    std::string_view rest = buffer;
    complete = body.take(rest, content);
    buffer = complete ? std::string(rest) + wire.substr(std::min(at + step, wire.size())) : std::string(rest);
  }
  EXPECT_TRUE(complete);
  EXPECT_EQ(buffer, left);
  return content;
}

TEST(RequestBodyTest, EndsWhereItsFramingSays) {
  const std::string coded = gzip_of("hello");
  for (std::size_t step = 1; step < 12; ++step) {
    EXPECT_EQ(content_of_body(head_with(of_length(5)), "helloNEXT", step, "NEXT"), "hello");
    EXPECT_EQ(content_of_body(head_with(in_chunked), as_chunks("hello") + "NEXT", step, "NEXT"), "hello");
    EXPECT_EQ(content_of_body(head_with(of_length(coded.size()) + in_gzip), coded + "NEXT", step, "NEXT"),
              "hello");
    EXPECT_EQ(content_of_body(head_with(in_chunked + in_gzip), as_chunks(coded) + "NEXT", step, "NEXT"),
              "hello");
  }
}

TEST(RequestBodyTest, OfNoLengthIsComplete) {
  for (const std::string& fields : {std::string(), in_gzip, of_length(0)}) {
    RequestBody body;
    body.begin(head_with(fields), largest_body);
    std::string_view rest = "GET / HTTP/1.1";
    std::string content;
    EXPECT_TRUE(body.take(rest, content));
    EXPECT_EQ(rest, "GET / HTTP/1.1");
  }
  EXPECT_EQ(content_of_body(head_with(in_chunked), "0\r\n\r\n", 1, ""), "");
}

TEST(RequestBodyTest, OfNoBytesIsNoCodedContent) {
  EXPECT_THROW(content_of_body(head_with(in_chunked + in_gzip), "0\r\n\r\n", 1, ""), Error);
  RequestBody body;
  std::string content;
  std::string_view rest;
  body.begin(head_with(of_length(0) + in_gzip), largest_body);
  EXPECT_THROW(body.take(rest, content), Error);
  body.begin(parse_request_head("DELETE / HTTP/1.1\r\nHost: h\r\n" + of_length(0) + in_gzip + "\r\n", {}),
             largest_body);
  EXPECT_TRUE(body.take(rest, content));
}

TEST(RequestBodyTest, IsBoundedBeforeAndAfterInflation) {
  EXPECT_THROW(content_of_body(head_with(in_chunked), as_chunks(std::string(largest_body + 1, 'x')), 100, ""),
               Error);
  const std::string bomb = gzip_of(std::string(largest_body + 1, 'x'));
  EXPECT_THROW(content_of_body(head_with(of_length(bomb.size()) + in_gzip), bomb, 7, ""), Error);
  std::string members;
  while (members.size() <= largest_body) members += gzip_of("");
  EXPECT_THROW(content_of_body(head_with(in_chunked + in_gzip), as_chunks(members), 100, ""), Error);
}

TEST(RequestBodyTest, OfGzipThatIsCutIsRefusedAtItsEnd) {
  const std::string coded = gzip_of("hello").substr(0, 12);
  for (const auto& [fields, wire] :
       {std::pair{of_length(12), coded}, std::pair{in_chunked, as_chunks(coded)}}) {
    try {
      content_of_body(head_with(fields + in_gzip), wire, 5, "");
      ADD_FAILURE() << "was taken";
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "the gzip data ends too early");
    }
  }
}

TEST(RequestBodyTest, SaysWhatIsMissing) {
  RequestBody body;
  std::string content;
  body.begin(head_with(of_length(40)), largest_body);
  std::string_view rest = "twenty-seven bytes and more";
  EXPECT_FALSE(body.take(rest, content));
  EXPECT_EQ(body.progress(), "27 of 40 bytes of the content arrived in time");
  body.begin(head_with(in_chunked), largest_body);
  rest = "3\r\nabc\r\n";
  EXPECT_FALSE(body.take(rest, content));
  EXPECT_EQ(body.progress(), "the last chunk did not come in time, 3 bytes of the content so far");
  EXPECT_EQ(body.arrived(), 3U);
}

TEST(RequestBodyTest, CountsItsInflaterAsMemory) {
  RequestBody body;
  std::string content;
  body.begin(head_with(of_length(40) + in_gzip), largest_body);
  EXPECT_EQ(body.memory(), 0U) << "nothing has come";
  std::string_view rest = "\x1f";
  EXPECT_FALSE(body.take(rest, content));
  EXPECT_GT(body.memory(), 32768U);
  body.end();
  EXPECT_EQ(body.memory(), 0U);
}

}  // namespace
}  // namespace bridge
