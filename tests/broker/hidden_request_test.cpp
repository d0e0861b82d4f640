// Request smuggling: a request that one reader takes for content and another for a request is never answered
// and never published.

#include "raw_fixture.h"

namespace bridge::test {
namespace {

class HiddenRequestTest : public RawTest {
 protected:
  /// Expects these answers to `head`, a request line with fields, whose content, framed in either way, is a
  /// request.
  void expect_with_hidden_content(const std::string& head, const std::string& status, bool closes) {
    for (const std::string& bytes : {hiding_in_content(head), hiding_in_chunk(head)}) {
      const std::size_t content = bytes.find("\r\n\r\n") + 4;
      expect(head, status, {{{bytes}}, {{bytes.substr(0, content), bytes.substr(content)}}});
      expect(head, closes ? status : status + " 200", {{{bytes + good_request}}});
    }
  }
};

std::string head(const std::string& request_line, const std::string& fields = "") {
  return request_line + " HTTP/1.1\r\nHost: localhost\r\n" + fields;
}

TEST_F(HiddenRequestTest, TheContentOfAnswersThatComeEarlyIsNotTheNextRequest) {
  for (const char* line : {"GET /healthz", "GET /readyz", "GET /subscriptions", "DELETE /topics/cleared"})
    expect_with_hidden_content(head(line), "200", false);
  for (const char* line : {"GET /nothing", "POST /nothing", "DELETE /nothing"})
    expect_with_hidden_content(head(line), "404", false);
  for (const char* line : {"POST /", "GET /publish", "PATCH /publish", "TRACE /healthz"})
    expect_with_hidden_content(head(line), "405", false);
  for (const char* line : {"POST /publish", "POST /publish/bulk", "DELETE /topics/t?retain=false",
                           "POST /topics/%23", "POST /topics/t?qos=9", "PUT /topics/"})
    expect_with_hidden_content(head(line), "400", false);
  expect_with_hidden_content(head("OPTIONS /publish"), "204", false);
  expect_with_hidden_content(head("GET /healthz", "Expect: 100-continue\r\n"), "200", false);
  perform_all();
}

TEST_F(HiddenRequestTest, TheContentOfWhatIsRefusedBeforeItIsNotTheNextRequest) {
  expect_with_hidden_content(head("POST /topics/t", "Content-Encoding: br\r\n"), "415", true);
  expect_with_hidden_content(head("POST /topics/t", "Content-Encoding: gzip\r\n"), "400", true);
  expect_with_hidden_content(head("POST /topics/t", "Expect: much\r\n"), "417", true);
  expect_with_hidden_content(head("POST /topics/t", "Origin: http://evil.example\r\n"), "403", true);
  expect_with_hidden_content("POST /topics/t HTTP/1.1\r\nHost: evil.example\r\n", "403", true);
  expect_with_hidden_content("POST /topics/t HTTP/1.1\r\n", "400", true);
  expect_with_hidden_content(head("POST /topics/%zz"), "400", true);
  expect_with_hidden_content(head("FETCH /topics/t"), "501", true);
  expect_with_hidden_content("POST /topics/t HTTP/2.0\r\nHost: localhost\r\n", "505", true);
  expect_with_hidden_content(head("POST /" + std::string(5000, 'a')), "414", true);
  perform_all();
}

TEST_F(HiddenRequestTest, NeitherReadingOfTwoLengthsIsTaken) {
  const std::string all = std::to_string(hidden_request.size() + 5);
  const std::string none = "Content-Length: 0\r\n";
  const std::string whole = "Content-Length: " + all + "\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  for (const std::string& fields :
       {none + whole, whole + none, chunked + whole, whole + chunked, none + chunked, chunked + none,
        "Content-Length: 0, " + all + "\r\n", chunked + "Transfer-encoding: cow\r\n",
        "Transfer-Encoding : chunked\r\n" + whole, "X: y\r\n Transfer-Encoding: chunked\r\n" + whole,
        "X: y\rTransfer-Encoding: chunked\r\n" + whole, "X: y\nTransfer-Encoding: chunked\r\n" + whole,
        "Content-Length\t: 0\r\n" + whole, std::string("X\0: y\r\n", 7) + none + whole}) {
    const std::string bytes = head("POST /topics/t", fields) + "\r\n0\r\n\r\n" + hidden_request;
    expect(fields, "400", {{{bytes}}, {{bytes + good_request}}});
  }
  perform_all();
}

TEST_F(HiddenRequestTest, EscapedLineBreaksStayEscaped) {
  const std::string escaped =
      "%0d%0a%0d%0aPOST%20/topics/hidden%20HTTP/1.1%0d%0aHost:%20localhost%0d%0a%0d%0a";
  expect("field", "200 200",
         {{{head("POST /topics/t", "Content-Length: 5\r\nX: a" + escaped + "\r\n") + "\r\nhello" +
            good_request}}});
  expect("target", "400 200",
         {{{head("POST /topics/t" + escaped, "Content-Length: 5\r\n") + "\r\nhello" + good_request}}});
  expect("query", "400 200",
         {{{head("POST /topics/t?x=" + escaped, "Content-Length: 5\r\n") + "\r\nhello" + good_request}}});
  perform_all();
}

TEST_F(HiddenRequestTest, TheContentOfHeadIsNotTheNextRequest) {
  http_.send_raw(hiding_in_content(head("HEAD /healthz")) + good_request);
  EXPECT_EQ(http_.receive_response(within(soon), true).status, 200);
  expect_success(http_.receive_response(within(soon)));
  EXPECT_EQ(arrived(raw_topic).payload, raw_content);
  EXPECT_EQ(probe_.count(), 1U);
}

}  // namespace
}  // namespace bridge::test
