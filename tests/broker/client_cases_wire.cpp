// HTTP as clients speak it.
#include "client_cases.h"
#include "support/gzip.h"

namespace bridge::test {
namespace wire {
namespace {

std::string lines(const std::string& request_line, const std::string& fields = "Host: {host}\r\n") {
  return request_line + "\r\n" + fields + "\r\n";
}

std::string post(const std::string& fields, const std::string& content) {
  return lines("POST /topics/t?qos=1 HTTP/1.1", "Host: {host}\r\n" + fields) + content;
}

std::string chunk(const std::string& content) {
  std::string size = "0";
  for (std::size_t rest = content.size(); rest > 0; rest /= 16)
    size.insert(1, 1, "0123456789abcdef"[rest % 16]);
  return size + "\r\n" + content + "\r\n";
}

const std::string chunked = "Transfer-Encoding: chunked\r\n";
const std::string end = "0\r\n\r\n";

std::vector<ClientCase> framing_cases() {
  return {
      {.who = "two Content-Length fields",
       .wire = "POST /topics/t HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nm",
       .status = 400,
       .words = {"Content-Length"},
       .closes = true},
      {.who = "content of which no length is given",
       .wire = lines("POST /topics/t HTTP/1.1") + "hello",
       .status = 411,
       .words = {"Content-Length"},
       .closes = true},
      {.who = "a chunk size padded with a space",
       .wire = post(chunked, "5 \r\nhello\r\n" + end),
       .status = 400,
       .words = {"chunked"},
       .closes = true},
      {.who = "a trailer field that is folded",
       .wire = post(chunked, "5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n"),
       .status = 400,
       .words = {"field"},
       .closes = true},
      {.who = "a trailer line without a colon",
       .wire = post(chunked, "5\r\nhello\r\n0\r\nchecksum\r\n\r\n"),
       .status = 400,
       .words = {"field"},
       .closes = true},
      {.who = "curl --http2-prior-knowledge",
       .wire = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
       .status = 505,
       .words = {"HTTP/1.1"},
       .closes = true},
      {.who = "a head that breaks off",
       .wire = "POST /topics/t HTTP/1.1\r\nHost: {host}\r\n",
       .status = 408,
       .words = {"the head is not complete (no empty line"},
       .closes = true,
       .settings = "head_timeout = 1\nbody_timeout = 1"},
      {.who = "a Content-Length that is more than the content",
       .wire = post("Content-Length: 40\r\n", "twenty-seven bytes and more"),
       .status = 408,
       .words = {"27 of 40 bytes of the content arrived"},
       .closes = true,
       .settings = "head_timeout = 1\nbody_timeout = 1"},
      {.who = "the last chunk is forgotten",
       .wire = post(chunked, "5\r\nhello\r\n"),
       .status = 408,
       .words = {"the last chunk did not come", "5 bytes"},
       .closes = true,
       .settings = "head_timeout = 1\nbody_timeout = 1"},
  };
}

std::vector<ClientCase> target_cases() {
  return {
      {.who = "curl -X post",
       .wire = request_bytes("post /topics/t", "m"),
       .status = 501,
       .words = {"methods are written in capitals"},
       .closes = true},
      {.who = "a space in the target that is not escaped",
       .wire = request_bytes("POST /topics/living room", "m"),
       .status = 400,
       .words = {"a space is written %20"},
       .closes = true},
      {.who = "a path of Windows",
       .wire = lines("GET /a\\b HTTP/1.1"),
       .status = 400,
       .words = {"%5C"},
       .closes = true},
      {.who = "UTF-8 in the target that is not escaped",
       .wire = request_bytes("POST /topics/caf\xc3\xa9", "m"),
       .status = 400,
       .words = {"percent-encoded", "%C3%A4"},
       .closes = true},
      {.who = "a Host with a user and a fragment",
       .wire = lines("GET /healthz HTTP/1.1", "Host: @H#\r\n"),
       .status = 400,
       .words = {"Host"},
       .closes = true},
      {.who = "a Host without its bracket",
       .wire = lines("GET /healthz HTTP/1.1", "Host: [::1\r\n"),
       .status = 400,
       .words = {"Host"},
       .closes = true},
  };
}

/// A response to HEAD has no content, also if it is a refusal: its client would take content for the next
/// answer.
std::vector<ClientCase> head_cases() {
  std::vector<ClientCase> cases;
  const auto add = [&](const std::string& why, const std::string& wire, int status,
                       const std::string& settings) {
    cases.push_back(
        {.who = "HEAD: " + why, .wire = wire, .status = status, .closes = true, .settings = settings});
  };
  const std::string host = "Host: {host}\r\n";
  const std::string early = "head_timeout = 1\nbody_timeout = 1";
  add("nothing is there", lines("HEAD /nothing HTTP/1.1", host + "Connection: close\r\n"), 404, "");
  add("another method", lines("HEAD /publish HTTP/1.1", host + "Connection: close\r\n"), 405, "");
  add("another Host", lines("HEAD /healthz HTTP/1.1", "Host: evil.example\r\n"), 403, "");
  add("another page", lines("HEAD /healthz HTTP/1.1", host + "Origin: http://evil.example\r\n"), 403, "");
  add("no Host", "HEAD /healthz HTTP/1.1\r\n\r\n", 400, "");
  add("a line that ends with LF", "HEAD /healthz HTTP/1.1\n\n", 400, "");
  add("a target that is too long", lines("HEAD /" + std::string(5000, 'a') + " HTTP/1.1"), 414, "");
  add("a head that is too large", lines("HEAD / HTTP/1.1", "X: " + std::string(17000, 'x') + "\r\n"), 431,
      "");
  add("a space in the target", lines("HEAD /a b HTTP/1.1"), 400, "");
  add("HTTP/2", lines("HEAD / HTTP/2.0"), 505, "");
  add("an expectation", lines("HEAD / HTTP/1.1", host + "Expect: more\r\n"), 417, "");
  add("another coding", lines("HEAD / HTTP/1.1", host + "Content-Encoding: br\r\n"), 415, "");
  add("too much content", lines("HEAD / HTTP/1.1", host + "Content-Length: 9999999\r\n"), 413, "");
  add("chunks that are none", lines("HEAD / HTTP/1.1", host + chunked) + "x\r\n", 400, "");
  add("it breaks off", "HEAD / HTTP/1.1\r\n" + host, 408, early);
  add("its content breaks off", lines("HEAD / HTTP/1.1", host + "Content-Length: 5\r\n") + "hell", 408,
      early);
  return cases;
}

std::vector<ClientCase> coding_cases() {
  const std::string content = R"({"topic":"t","msg":"inflated","qos":1})";
  const std::string coded = gzip_of(content);
  const std::string gzip = "Content-Encoding: gzip\r\n";
  const Arrival inflated{"t", "inflated", 1};
  const std::string large = gzip_of(std::string(1048577, 'x'));
  const auto length = [](const std::string& of) {
    return "Content-Length: " + std::to_string(of.size()) + "\r\n";
  };
  return {
      {.who = "HTTPie --compress, aiohttp's compress=True: deflate",
       .wire = request_bytes("POST /publish", zlib_of(content), "Content-Encoding: deflate\r\n"),
       .status = 200,
       .arrival = inflated},
      {.who = "deflate without zlib's format round it",
       .wire = request_bytes("POST /publish", bare_deflate_of(content), "Content-Encoding: deflate\r\n"),
       .status = 400,
       .words = {"not deflate"},
       .closes = true},
      {.who = "webhooks, Telegraf",
       .wire = request_bytes("POST /publish", coded, gzip),
       .status = 200,
       .arrival = inflated},
      {.who = "x-gzip, in other letters",
       .wire = request_bytes("POST /publish", coded, "Content-Encoding: X-GZIP\r\n"),
       .status = 200,
       .arrival = inflated},
      {.who = "gzip in chunks",
       .wire = lines("POST /publish HTTP/1.1", "Host: {host}\r\n" + chunked + gzip) +
               chunk(coded.substr(0, 9)) + chunk(coded.substr(9)) + end,
       .status = 200,
       .arrival = inflated},
      {.who = "two members of gzip",
       .wire =
           request_bytes("POST /publish", gzip_of(content.substr(0, 9)) + gzip_of(content.substr(9)), gzip),
       .status = 200,
       .arrival = inflated},
      {.who = "gzip of which nothing is sent: a compressor has failed",
       .wire = request_bytes("PUT /topics/t?qos=1", "", gzip),
       .status = 400,
       .words = {"the gzip data ends too early"},
       .closes = true},
      {.who = "gzip of more than max_body",
       .wire = post(gzip + length(large), large),
       .status = 413,
       .words = {"1048576 bytes, inflated"},
       .closes = true},
      {.who = "said to be gzip, and is not",
       .wire = request_bytes("POST /publish", content, gzip),
       .status = 400,
       .words = {"not gzip"},
       .closes = true},
      {.who = "gzip that is cut",
       .wire = request_bytes("POST /publish", coded.substr(0, 20), gzip),
       .status = 400,
       .words = {"ends too early"},
       .closes = true},
      {.who = "gzip with a line break behind it",
       .wire = request_bytes("POST /publish", coded + "\n", gzip),
       .status = 400,
       .words = {"more behind the end of the gzip data"},
       .closes = true},
      {.who = "another coding",
       .wire = request_bytes("POST /publish", content, "Content-Encoding: br\r\n"),
       .status = 415,
       .words = {"Content-Encoding", "gzip"},
       .fields = {{"Accept-Encoding", "gzip, deflate"}},
       .closes = true},
      {.who = "coded twice",
       .wire = request_bytes("POST /publish", gzip_of(coded), "Content-Encoding: gzip, gzip\r\n"),
       .status = 415,
       .words = {"once"},
       .fields = {{"Accept-Encoding", "gzip, deflate"}},
       .closes = true},
  };
}

}  // namespace
}  // namespace wire

std::vector<ClientCase> wire_cases() {
  std::vector<ClientCase> all;
  for (const auto& part :
       {wire::framing_cases(), wire::target_cases(), wire::head_cases(), wire::coding_cases()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace bridge::test
