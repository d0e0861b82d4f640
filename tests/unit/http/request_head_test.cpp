#include "request_head.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

using Body = RequestHead::Body;

RequestHead parse(const std::string& text) {
  std::size_t scanned = 0;
  EXPECT_EQ(find_head_end(text, scanned, 16384), text.size()) << text;
  return parse_request_head(text, HttpSettings());
}

/// The fault of a request, of its end or of its content.
Error error_of_head(const std::string& text) {
  try {
    std::size_t scanned = 0;
    if (find_head_end(text, scanned, 16384) != 0) parse_request_head(text, HttpSettings());
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "was taken: " << text;
  return {Errc::internal, ""};
}

Errc fault_of(const std::string& text) { return error_of_head(text).errc(); }

void expect_words(const std::string& request_line, Errc errc, const std::string& words) {
  const Error error = error_of_head(request_line + "\r\nHost: h\r\n\r\n");
  EXPECT_EQ(error.errc(), errc) << request_line;
  EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << request_line << ": " << error.what();
}

std::string get(const std::string& fields) { return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n"; }
std::string post(const std::string& fields) {
  return "POST /publish HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

TEST(RequestHeadTest, ReadsWhatCurlSends) {
  const RequestHead head = parse(
      "POST /topics/a%2Fb?qos=1 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUser-Agent: curl/7.88.1\r\nAccept: "
      "*/*\r\n"
      "content-length: 5\r\nX-Padded: \t two words \t\r\n\r\n");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/topics/a%2Fb?qos=1");
  EXPECT_EQ(head.path(), "/topics/a%2Fb");
  EXPECT_EQ(head.body, Body::length);
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_EQ(head.field("x-padded"), "two words");
  EXPECT_EQ(head.field("Cookie"), std::nullopt);
  EXPECT_TRUE(head.keep_alive);
}

TEST(RequestHeadTest, KnowsWhetherALengthWasGiven) {
  EXPECT_FALSE(parse(post("")).has_length);
  EXPECT_EQ(parse(post("")).body, Body::none);
  EXPECT_TRUE(parse(post("Content-Length: 0\r\n")).has_length);
  EXPECT_TRUE(parse(post("Transfer-Encoding: chunked\r\n")).has_length);
}

TEST(RequestHeadTest, ALineEndsWithBothOrNotAtAll) {
  for (const char* text :
       {"\nGET / HTTP/1.1\r\n", "\rGET / HTTP/1.1\r\n", "GET /\r HTTP/1.1\r\n", "GET / HTTP/1.1\n",
        "GET / HTTP/1.1\r\r\n", "GET / HTTP/1.1\r\n\nHost: h", "GET / HTTP/1.1\r\n\r\r"})
    EXPECT_EQ(fault_of(text), Errc::malformed_request) << text;
}

TEST(RequestHeadTest, FindsTheEndHoweverTheBytesAreCut) {
  const std::string text = get("A: b\r\n") + "GET / HTTP/1.1\r\n";
  const std::size_t end = text.find("\r\n\r\n") + 4;
  std::size_t scanned = 0;
  for (std::size_t size = 0; size < end; ++size)
    EXPECT_EQ(find_head_end(std::string_view(text).substr(0, size), scanned, 16384), 0U) << size;
  EXPECT_EQ(find_head_end(text, scanned, 16384), end);
}

TEST(RequestHeadTest, SurvivesAMove) {
  RequestHead first = parse(get(""));
  const RequestHead second = std::move(first);
  EXPECT_EQ(second.method, "GET");
  EXPECT_EQ(second.field("Host"), "h");
}

TEST(RequestHeadTest, EndsTheConnectionWhenAsked) {
  EXPECT_FALSE(parse(get("Connection: close\r\n")).keep_alive);
  EXPECT_FALSE(parse(get("Connection: x, Close\r\n")).keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(RequestHeadTest, TakesTheAbsoluteFormForItsPath) {
  EXPECT_EQ(parse("GET http://h:1/x?y HTTP/1.1\r\nHost: h\r\n\r\n").target, "/x?y");
}

TEST(RequestHeadTest, FindsTheEndWhereverItIsCut) {
  const std::string text = post("Content-Length: 0\r\n");
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    std::size_t scanned = 0;
    EXPECT_EQ(find_head_end(text.substr(0, cut), scanned, 16384), 0U);
    EXPECT_EQ(find_head_end(text + "body", scanned, 16384), text.size()) << cut;
  }
}

TEST(RequestHeadTest, RefusesWhatAProxyMightReadInAnotherWay) {
  const std::string length = "Content-Length: 1\r\n";
  for (const std::string& text : {
           post(length + length),
           post(length + "Content-Length: 2\r\n"),
           post("Content-Length: 1, 1\r\n"),
           post("Content-Length: +1\r\n"),
           post("Content-Length: -1\r\n"),
           post("Content-Length: 0x1\r\n"),
           post("Content-Length:\r\n"),
           post(length + "Transfer-Encoding: chunked\r\n"),
           post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
           post("Content-Length : 1\r\n"),
           post("X: a\r\n b\r\n" + length),
           get("X: a\x01z\r\n"),
           get("X: a\x7Fz\r\n"),
           get("no colon\r\n"),
           get(": no name\r\n"),
           get("b\xC3\xA4: x\r\n"),
           get("Host: twice\r\n"),
           std::string("GET / HTTP/1.1\r\n\r\n"),
           std::string("GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("GET / HTTP/1.1 \r\nHost: h\r\n\r\n"),
           std::string("GET / HTTP/1.1\nHost: h\n\n"),
           std::string("GET / HTTP/1.1\rHost: h\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n"),
           std::string("GET /%2 HTTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("GET /%u0041 HTTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("GET nothing HTTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("GET * HTTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("GET / HTP/1.1\r\nHost: h\r\n\r\n"),
           std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
       })
    EXPECT_EQ(fault_of(text), Errc::malformed_request) << text;
}

TEST(RequestHeadTest, SaysWhatElseIsWrong) {
  EXPECT_EQ(fault_of("BREW / HTTP/1.1\r\nHost: h\r\n\r\n"), Errc::not_implemented);
  EXPECT_EQ(fault_of("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), Errc::version_not_supported);
  EXPECT_EQ(fault_of(post("Content-Length: 1048577\r\n")), Errc::too_large);
  EXPECT_EQ(fault_of(post("Content-Length: 99999999999999999999999\r\n")), Errc::too_large);
  EXPECT_EQ(fault_of(post("Transfer-Encoding: gzip, chunked\r\n")), Errc::not_implemented);
  EXPECT_EQ(fault_of(post("Content-Length: 1\r\nExpect: something\r\n")), Errc::expectation_failed);
  for (const std::string coding : {"br", "zstd", "identity, br", "gzip, br", "gzip, deflate", ",br",
                                   "gzip, gzip", "gzip\r\nContent-Encoding: x-gzip"})
    EXPECT_EQ(fault_of(post("Content-Encoding: " + coding + "\r\n")), Errc::unsupported_encoding) << coding;
  for (const std::string more : {"100-continue, x", "100-continue\r\nExpect: x"})
    EXPECT_EQ(fault_of(post("Expect: " + more + "\r\n")), Errc::expectation_failed) << more;
  EXPECT_NO_THROW(parse_request_head(post("Content-Encoding: identity, , Identity\r\n"), {}));
  EXPECT_TRUE(
      parse_request_head(post("Expect: 100-continue\r\nexpect: 100-Continue\r\n"), {}).expects_continue);
  EXPECT_EQ(fault_of("GET /" + std::string(4096, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"),
            Errc::target_too_long);
  EXPECT_EQ(fault_of(get("X: " + std::string(16384, 'a') + "\r\n")), Errc::head_too_large);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "X: y\r\n";
  EXPECT_EQ(fault_of(get(many)), Errc::head_too_large);
}

TEST(RequestHeadTest, KnowsContentThatIsGzip) {
  for (const char* coding :
       {"gzip", "GZip", "x-gzip", "identity, gzip", ",gzip,", "identity\r\nContent-Encoding: gzip"})
    EXPECT_EQ(parse(post("Content-Encoding: " + std::string(coding) + "\r\n")).coding, ContentCoding::gzip)
        << coding;
  EXPECT_EQ(parse(post("Content-Encoding: deflate\r\n")).coding, ContentCoding::deflate);
  EXPECT_EQ(parse(post("Content-Encoding: identity\r\n")).coding, ContentCoding::identity);
  EXPECT_EQ(parse(post("")).coding, ContentCoding::identity);
}

TEST(RequestHeadTest, SaysHowItIsWritten) {
  expect_words("PRI * HTTP/2.0", Errc::version_not_supported, "HTTP/1.1");
  expect_words("post /publish HTTP/1.1", Errc::not_implemented, "methods are written in capitals");
  expect_words("BREW /publish HTTP/1.1", Errc::not_implemented, "not known");
  expect_words("GET /a b HTTP/1.1", Errc::malformed_request, "a space is written %20");
  expect_words("GET /a b c HTTP/1.1", Errc::malformed_request, "a space is written %20");
  expect_words("GET  /a HTTP/1.1", Errc::malformed_request, "one space");
  expect_words("GET /a\\b HTTP/1.1", Errc::malformed_request, "%5C");
  expect_words("GET /caf\xc3\xa9 HTTP/1.1", Errc::malformed_request, "percent-encoded");
  expect_words("GET /a?b=\xff HTTP/1.1", Errc::malformed_request, "percent-encoded");
  expect_words("GET /a#b HTTP/1.1", Errc::malformed_request, "%23");
  EXPECT_NO_THROW(parse("GET /a?b=[1]{x}|^`\"<> HTTP/1.1\r\nHost: h\r\n\r\n")) << "read alike by everybody";
}

TEST(RequestHeadTest, RefusesAHostThatIsNone) {
  for (const char* host : {"@H#", "h#", "me@h", "[::1", "h:8a", "a/b"})
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), Errc::malformed_request)
        << host;
  EXPECT_EQ(fault_of("GET http://me@h/ HTTP/1.1\r\nHost: h\r\n\r\n"), Errc::malformed_request);
  HttpSettings settings;
  settings.address = "unix:/run/http.sock";
  EXPECT_NO_THROW(parse_request_head("GET / HTTP/1.1\r\nHost: /run/http.sock\r\n\r\n", settings));
}

TEST(RequestHeadTest, DoesNotWaitForEverForTheEndOfAHead) {
  std::size_t scanned = 0;
  EXPECT_THROW(find_head_end(std::string(16385, 'a'), scanned, 16384), Error);
}

TEST(RequestHeadTest, NeedsNoHostOnAUnixSocket) {
  HttpSettings settings;
  settings.address = "unix:/run/http.sock";
  for (const char* fields :
       {"", "Host:\r\n", "Host: /run/http.sock\r\n", "Host: unix\r\n", "Host: [::1]\r\n"})
    EXPECT_EQ(parse_request_head(std::string("GET /healthz HTTP/1.1\r\n") + fields + "\r\n", settings).path(),
              "/healthz")
        << fields;
  EXPECT_THROW(parse_request_head("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", settings), Error);
  EXPECT_THROW(parse_request_head("GET / HTTP/1.1\r\n\r\n", {}), Error);
}

}  // namespace
}  // namespace bridge
