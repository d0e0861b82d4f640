#include "raw_requests.h"

#include <array>
#include <cstdio>

#include "support/gzip.h"

namespace bridge::test {
namespace {

const std::string host = "Host: localhost\r\n";
const std::string post = "POST /topics/t HTTP/1.1\r\n" + host;
const std::string five = "Content-Length: 5\r\n";
const std::string chunked = "Transfer-Encoding: chunked\r\n";
const std::string coded = gzip_of(raw_content);
const std::string in_chunks = "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";

std::string with(const std::string& fields, const std::string& content = raw_content) {
  return post + fields + "\r\n" + content;
}

std::string get(const std::string& target, const std::string& fields = host) {
  return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}

std::string line(const std::string& request_line) { return request_line + "\r\n" + host + "\r\n"; }

std::string head_of(std::size_t size) {
  const std::string named = host + "X: ";
  return get("/healthz", named + std::string(size - get("/healthz", named + "\r\n").size(), 'x') + "\r\n");
}

std::string length_of(const std::string& content) {
  return "Content-Length: " + std::to_string(content.size()) + "\r\n";
}

std::string hexadecimal(std::size_t size) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%zx", size);
  return text.data();
}

std::string one_chunk(const std::string& content) {
  return hexadecimal(content.size()) + "\r\n" + content + "\r\n0\r\n\r\n";
}

RawRequest refused(const std::string& why, const std::string& bytes, int status = 400) {
  return {why, bytes, status, true};
}

RawRequest length(const std::string& value) {
  return refused("Content-Length:" + value, with("Content-Length:" + value + "\r\n"));
}

RawRequest coding(const std::string& value, int status) {
  return refused("Transfer-Encoding:" + value, with("Transfer-Encoding:" + value + "\r\n", in_chunks),
                 status);
}

RawRequest chunks(const std::string& why, const std::string& content, int status = 400) {
  return refused("chunks: " + why, with(chunked, content), status);
}

RawRequest field(const std::string& why, const std::string& field_line) {
  return refused("field: " + why, with(five + field_line + "\r\n"));
}

}  // namespace

const std::string good_request = with(five);
const std::string hidden_request =
    "POST /topics/hidden HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nhidden";

std::vector<RawRequest> raw_requests_taken() {
  return {
      {"a length", good_request, 200},
      {"a length with zeros", with("Content-Length: 005\r\n"), 200},
      {"white space round a value", with("Content-Length:\t 5 \t\r\n"), 200},
      {"names in other letters", with("cONTENT-lENGTH:5\r\n"), 200},
      {"chunks", with(chunked, in_chunks), 200},
      {"chunks in other letters", with("transfer-encoding: CHUNKED\r\n", "5\r\nhello\r\n0\r\n\r\n"), 200},
      {"chunks with extensions", with(chunked, "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\n\r\n"), 200},
      {"chunks with zeros", with(chunked, "00000005\r\nhello\r\n000\r\n\r\n"), 200},
      {"chunks with a trailer", with(chunked, "5\r\nhello\r\n0\r\nContent-Length: 9\r\nHost: other\r\n\r\n"),
       200},
      {"an empty line before it", "\r\n\r\n" + good_request, 200},
      {"no encoding", with(five + "Content-Encoding: identity\r\n"), 200},
      {"gzip", with(length_of(coded) + "Content-Encoding: gzip\r\n", coded), 200},
      {"gzip in chunks", with(chunked + "Content-Encoding: x-gzip\r\n", one_chunk(coded)), 200},
      {"gzip beside no encoding",
       with(length_of(coded) + "Content-Encoding: identity\r\nContent-Encoding: GZIP\r\n", coded), 200},
      {"an expectation that is not waited for", with(five + "Expect: 100-continue\r\n"), 200},
      {"absolute form", "POST http://localhost/topics/t HTTP/1.1\r\n" + host + five + "\r\n" + raw_content,
       200},
      {"bytes above 127 in a value", with(five + "X-Name: caf\xc3\xa9 \xff\r\n"), 200},
      {"a field value that looks like two", with(five + "X-Name: a%0d%0aContent-Length:%209\r\n"), 200},
      {"a minor version to come", "POST /topics/t HTTP/1.9\r\n" + host + five + "\r\n" + raw_content, 200},
      {"to be closed", with(five + "Connection: close\r\n"), 200, true},
      {"to be closed, in a list", with(five + "Connection: te, Close\r\n"), 200, true},
      {"HTTP/1.0", "POST /topics/t HTTP/1.0\r\n" + five + "\r\n" + raw_content, 200, true},
      {"HTTP/1.0 to be kept", "POST /topics/t HTTP/1.0\r\nConnection: keep-alive\r\n" + five + "\r\nhello",
       200},
      {"GET", get("/healthz"), 200},
      {"GET with content", get("/healthz", host + five) + raw_content, 200},
      {"no length, 411", with("", ""), 411, true},
      {"no such path, with content", "POST /nothing HTTP/1.1\r\n" + host + five + "\r\nhello", 404},
      {"no such method here, with content", "POST /healthz HTTP/1.1\r\n" + host + five + "\r\nhello", 405},
      {"TRACE", line("TRACE /healthz HTTP/1.1"), 405},
      {"%00 in a topic", "POST /topics/a%00b HTTP/1.1\r\n" + host + five + "\r\nhello", 400},
  };
}

std::vector<RawRequest> raw_requests_of_odd_length() {
  return {
      refused("two lengths", with(five + "Content-Length: 0\r\n")),
      refused("the same length twice", with(five + five)),
      refused("a length and chunks", with(five + chunked, in_chunks)),
      refused("chunks and a length", with(chunked + "content-length: 5\r\n", in_chunks)),
      refused("chunks twice", with(chunked + chunked, in_chunks)),
      refused("chunks and no chunks", with(chunked + "Transfer-Encoding: identity\r\n", in_chunks)),
      refused("chunks in HTTP/1.0", "POST /topics/t HTTP/1.0\r\n" + host + chunked + "\r\n" + in_chunks),
      refused("a length that is too large for a number", with("Content-Length: 99999999999999999999999\r\n"),
              413),
      length(" 5, 5"),
      length(" +5"),
      length(" -5"),
      length(" 0x5"),
      length(" 5 5"),
      length(" 5a"),
      length(" 5;"),
      length(""),
      coding(" chunked, chunked", 501),
      coding(" gzip, chunked", 501),
      coding(" chunked, identity", 501),
      coding(" identity", 501),
      coding(" xchunked", 501),
      coding(" \"chunked\"", 501),
      coding(" chunked;q=1", 501),
      coding(" \x0b"
             "chunked",
             400),
      coding(" chunked\x01", 400),
      chunks("no size", "\r\nhello\r\n0\r\n\r\n"),
      chunks("no number", "five\r\nhello\r\n0\r\n\r\n"),
      chunks("0x", "0x5\r\nhello\r\n0\r\n\r\n"),
      chunks("a sign", "+5\r\nhello\r\n0\r\n\r\n"),
      chunks("a negative size", "-5\r\nhello\r\n0\r\n\r\n"),
      chunks("white space before a size", " 5\r\nhello\r\n0\r\n\r\n"),
      chunks("white space behind a size", "5 \r\nhello\r\n0\r\n\r\n"),
      chunks("a tab behind a size", "5\t\r\nhello\r\n0\r\n\r\n"),
      chunks("white space before an extension", "5 ;a=b\r\nhello\r\n0\r\n\r\n"),
      chunks("white space behind the last size", "5\r\nhello\r\n0 \r\n\r\n"),
      chunks("two sizes", "5 5\r\nhello\r\n0\r\n\r\n"),
      chunks("nine digits", "000000005\r\nhello\r\n0\r\n\r\n"),
      chunks("a size that wraps round", "100000000000000005\r\nhello\r\n0\r\n\r\n"),
      chunks("a size that ends with LF", "5\nhello\r\n0\r\n\r\n"),
      chunks("a size that ends with CR", "5\rhello\r\n0\r\n\r\n"),
      chunks("an extension with LF", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
      chunks("an extension with a control character", "5;a\x01\r\nhello\r\n0\r\n\r\n"),
      chunks("more data than said", "4\r\nhello\r\n0\r\n\r\n"),
      chunks("data that ends with LF", "5\r\nhello\n0\r\n\r\n"),
      chunks("an end with LF", "5\r\nhello\r\n0\n\n"),
      chunks("a trailer with LF", "5\r\nhello\r\n0\r\na: b\nc: d\r\n\r\n"),
      chunks("a trailer that is folded", "5\r\nhello\r\n0\r\na: b\r\n c\r\n\r\n"),
      chunks("a trailer without a colon", "5\r\nhello\r\n0\r\nabc\r\n\r\n"),
      chunks("a trailer with a space before its colon", "5\r\nhello\r\n0\r\na : b\r\n\r\n"),
      chunks("a size beyond the limit", "100001\r\n", 413),
      chunks("sizes beyond the limit together", "5\r\nhello\r\nffffc\r\n", 413),
  };
}

std::vector<RawRequest> raw_requests_of_odd_lines() {
  return {
      refused("LF after the request line", "GET /healthz HTTP/1.1\nHost: localhost\r\n\r\n"),
      refused("LF after a field", "GET /healthz HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n"),
      refused("LF at the end of the head", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\n"),
      refused("only LF", "GET /healthz HTTP/1.1\nHost: localhost\n\n"),
      refused("CR after the request line", "GET /healthz HTTP/1.1\rHost: localhost\r\n\r\n"),
      refused("CR in a value", get("/healthz", host + "X: a\rb\r\n")),
      refused("CR twice", get("/healthz", host + "X: a\r\r\n")),
      refused("LF before it", "\n" + get("/healthz")),
      refused("a field folded by a space", get("/healthz", host + "X: a\r\n b\r\n")),
      refused("a field folded by a tab", get("/healthz", host + "X: a\r\n\tContent-Length: 5\r\n")),
      refused("the first field folded", "GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n"),
      refused("no version", line("GET /healthz")),
      refused("a version in other letters", line("GET /healthz http/1.1")),
      refused("more behind the version", line("GET /healthz HTTP/1.1 x")),
      refused("two digits", line("GET /healthz HTTP/1.10")),
      refused("two spaces", line("GET  /healthz HTTP/1.1")),
      refused("a tab", line("GET\t/healthz HTTP/1.1")),
      refused("a space before it", line(" GET /healthz HTTP/1.1")),
      refused("no method", line("/healthz HTTP/1.1")),
      refused("a method with a parenthesis", line("GE(T /healthz HTTP/1.1")),
      refused("HTTP/2", line("GET /healthz HTTP/2.0"), 505),
      refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
      refused("HTTP/0.9", line("GET /healthz HTTP/0.9"), 505),
      refused("a method that nobody knows", line("FETCH /healthz HTTP/1.1"), 501),
      refused("a method in other letters", line("get /healthz HTTP/1.1"), 501),
      refused("TLS on a plain port", std::string("\x16\x03\x01\x02\r\n\r\n", 8)),
  };
}

std::vector<RawRequest> raw_requests_of_odd_fields() {
  return {
      refused("no Host", get("/healthz", "")),
      refused("no Host, with content", "POST /topics/t HTTP/1.1\r\n" + five + "\r\n" + raw_content),
      refused("two Hosts", get("/healthz", host + "Host: other\r\n")),
      refused("the same Host twice", get("/healthz", host + host)),
      refused("two Hosts in HTTP/1.0", "GET /healthz HTTP/1.0\r\n" + host + host + "\r\n"),
      refused("a Host with a space", get("/healthz", "Host: local host\r\n")),
      refused("a Host with a path", get("/healthz", "Host: localhost/x\r\n")),
      refused("a Host with a user", get("/healthz", "Host: me@localhost\r\n")),
      refused("a Host with a number sign", get("/healthz", "Host: @H#\r\n")),
      refused("a Host with a number sign alone", get("/healthz", "Host: localhost#\r\n")),
      refused("a Host without its bracket", get("/healthz", "Host: [::1\r\n")),
      refused("a Host with letters for a port", get("/healthz", "Host: localhost:http\r\n")),
      refused("another's Host", get("/healthz", "Host: evil.example\r\n"), 403),
      field("no colon", "X"),
      field("no name", ": x"),
      field("a space before the colon", "Transfer-Encoding : chunked"),
      field("a tab before the colon", "Content-Length\t: 9"),
      field("a space in the name", "Content Length: 9"),
      field("a parenthesis in the name", "X(: y"),
      field("a byte above 127 in the name", "X\xc3\xa9: y"),
      field("a control character in the name", "X\x01: y"),
      field("NUL in a value", std::string("X: a\0b", 6)),
      field("a control character in a value", "X: a\x02z"),
      field("DEL in a value", "X: a\x7f"),
      field("a vertical tab", "X: a\x0b"),
      refused("gzip that is none", with(five + "Content-Encoding: gzip\r\n")),
      refused("gzip that is none, in chunks", with(chunked + "Content-Encoding: gzip\r\n", in_chunks)),
      refused("gzip that is cut",
              with("Content-Length: 15\r\nContent-Encoding: gzip\r\n", coded.substr(0, 15))),
      refused("gzip with more behind it",
              with(length_of(coded + "{}") + "Content-Encoding: gzip\r\n", coded + "{}")),
      refused("gzip in gzip", with(five + "Content-Encoding: gzip, gzip\r\n"), 415),
      refused("another coding", with(five + "Content-Encoding: br\r\n"), 415),
      refused("another coding in a second field",
              with(five + "Content-Encoding: identity\r\nContent-Encoding: br\r\n"), 415),
      refused("another coding in a list", with(five + "Content-Encoding: gzip, deflate\r\n"), 415),
      refused("another coding in chunks", with(chunked + "Content-Encoding: zstd\r\n", in_chunks), 415),
      refused("an unknown expectation", with(five + "Expect: the-best\r\n"), 417),
      refused("another's page", with(five + "Origin: http://evil.example\r\n"), 403),
  };
}

std::vector<RawRequest> raw_requests_of_odd_targets() {
  return {
      refused("a percent sign", get("/topics/%")),
      refused("the server as a whole, but not OPTIONS", get("*")),
      refused("a percent sign and a digit", get("/topics/%2")),
      refused("no hexadecimal digits", get("/topics/%zz")),
      refused("no hexadecimal digits in the query", get("/topics/t?contentType=%g0")),
      refused("a fragment", get("/healthz#x")),
      refused("a control character", get("/topics/a\x01")),
      refused("NUL", get(std::string("/topics/a\0b", 11))),
      refused("DEL", get("/topics/a\x7f")),
      refused("a space", get("/topics/a b")),
      refused("a backslash", get("/topics\\a")),
      refused("bytes above 127", get("/topics/caf\xc3\xa9")),
      refused("bytes above 127 in the query", get("/topics/t?x=\xff")),
      refused("no slash", get("healthz")),
      refused("another scheme", get("ftp://localhost/healthz")),
      refused("no path", get("http://localhost")),
      refused("authority form", "CONNECT localhost:1883 HTTP/1.1\r\n" + host + "\r\n"),
      refused("another's authority", get("http://evil.example/healthz"), 403),
  };
}

std::vector<RawRequest> raw_requests_beyond_limits() {
  std::string fields = host;
  for (int i = 0; i < 100; ++i) fields += "X: y\r\n";
  return {
      {"a target of 4096 bytes", get("/" + std::string(4095, 'a')), 404},
      refused("a target of 4097 bytes", get("/" + std::string(4096, 'a')), 414),
      {"100 fields", get("/healthz", fields.substr(0, fields.size() - 6)), 200},
      refused("101 fields", get("/healthz", fields), 431),
      {"a head of 16 KiB", head_of(16384), 200},
      refused("a head of 16 KiB and a byte", head_of(16385), 431),
      refused("a head without an end", "GET /healthz HTTP/1.1\r\nX: " + std::string(17000, 'x'), 431),
      refused("a request line without an end", "GET /" + std::string(17000, 'x'), 431),
      refused("a length beyond the limit", with("Content-Length: 1048577\r\n", ""), 413),
      refused("a trailer without an end", with(chunked, "5\r\nhello\r\n0\r\n" + std::string(1100, 'x'))),
      refused("an extension without an end", with(chunked, "5;" + std::string(1100, 'x'))),
  };
}

std::vector<RawRequest> raw_requests() {
  std::vector<RawRequest> all;
  for (const auto& part :
       {raw_requests_taken(), raw_requests_of_odd_length(), raw_requests_of_odd_lines(),
        raw_requests_of_odd_fields(), raw_requests_of_odd_targets(), raw_requests_beyond_limits()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::string hiding_in_content(const std::string& head) {
  return head + "Content-Length: " + std::to_string(hidden_request.size()) + "\r\n\r\n" + hidden_request;
}

std::string hiding_in_chunk(const std::string& head) {
  return head + chunked + "\r\n" + one_chunk(hidden_request);
}

}  // namespace bridge::test
