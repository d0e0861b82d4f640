#include "request_head.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "authority.h"
#include "bridge/core/error.h"
#include "characters.h"
#include "unix_socket.h"

namespace bridge {
namespace {

[[noreturn]] void malformed(const std::string& what) { throw Error(Errc::malformed_request, what); }

/// Takes the text before `end` off the front of `rest`, and `end` with it. Empty if there is no `end`.
std::optional<std::string_view> take_until(std::string_view& rest, std::string_view end) {
  const std::size_t at = rest.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + end.size());
  return taken;
}

void check_method(std::string_view method) {
  static constexpr std::string_view known[] = {"GET",   "HEAD",    "POST",  "PUT",    "DELETE",
                                               "PATCH", "OPTIONS", "TRACE", "CONNECT"};
  if (method.empty() || !std::all_of(method.begin(), method.end(), is_token_character))
    malformed("the request line has no valid method");
  if (std::find(std::begin(known), std::end(known), method) != std::end(known)) return;
  const auto* meant = std::find_if(std::begin(known), std::end(known),
                                   [&](std::string_view each) { return equals_ignoring_case(each, method); });
  throw Error(Errc::not_implemented, meant == std::end(known)
                                         ? "the method is not known here"
                                         : "methods are written in capitals: " + std::string(*meant));
}

[[noreturn]] void refuse_target_character(char c) {
  if (c == '\\') malformed("the target has a '\\': write it as %5C");
  if (c == '#') malformed("the target has a '#': write it as %23, or leave the fragment out");
  if (c == ' ') malformed("the target has a space: a space is written %20");
  if (is_control_byte(c)) malformed("the target has a control character, which must be percent-encoded");
  malformed("the target has a byte above 0x7F, which must be percent-encoded, as in %C3%A4");
}

/// A percent sign must begin an escape of two hexadecimal digits (RFC 3986, 2.1). Bytes above 0x7F and '\\'
/// are in no target either: a proxy in front may escape them, drop them, or read '\\' as '/'.
void check_target_characters(std::string_view target) {
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (!is_target_character(c)) refuse_target_character(c);
    if (c != '%') continue;
    if (i + 2 >= target.size() || !is_hex_digit(target[i + 1]) || !is_hex_digit(target[i + 2]))
      malformed("the target has a '%' without two hexadecimal digits");
  }
}

/// `http://host/path` is `/path` to the server that it was sent to, and the field Host says nothing then (RFC
/// 9112, 3.2.2).
void decide_target(std::string_view target, RequestHead& head) {
  head.target = target;
  if (target.starts_with('/')) return;
  if (target == "*") {  // RFC 9112, 3.2.4
    if (head.method == "OPTIONS") return;
    malformed("the target '*' goes with OPTIONS only");
  }
  const std::size_t scheme = target.starts_with("http://") ? 7 : target.starts_with("https://") ? 8 : 0;
  if (scheme == 0) malformed("the target must begin with '/'");
  const std::size_t path = target.find('/', scheme);
  if (path == std::string_view::npos) malformed("the target must have a path");
  head.target = target.substr(path);
  head.authority = target.substr(scheme, path - scheme);
}

bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

/// @param rest of the request line behind the target.
void check_version(std::string_view rest, RequestHead& head) {
  if (!is_version(rest)) {
    // clients that do not escape a target send "GET /a b HTTP/1.1"
    const std::size_t last = rest.rfind(' ');
    if (last != std::string_view::npos && is_version(rest.substr(last + 1))) refuse_target_character(' ');
    malformed("the request line has no valid protocol version");
  }
  if (rest[5] != '1') throw Error(Errc::version_not_supported, "use HTTP/1.1");
  head.http_1_0 = rest[7] == '0';
}

void parse_request_line(std::string_view line, RequestHead& head, std::size_t max_target) {
  if (line == "PRI * HTTP/2.0")  // the preface of HTTP/2 (RFC 9113, 3.4)
    throw Error(Errc::version_not_supported, "use HTTP/1.1: HTTP/2 is not spoken here");
  const auto method = take_until(line, " ");
  const auto target = take_until(line, " ");
  if (!method || !target) malformed("the request line must be: method, target, version");
  check_method(*method);
  if (target->empty()) malformed("one space stands between method and target");
  if (target->size() > max_target) throw Error(Errc::target_too_long, "the target is too long");
  check_target_characters(*target);
  check_version(line, head);
  head.method = *method;
  decide_target(*target, head);
}

void parse_fields(std::string_view rest, RequestHead& head, std::size_t max_fields) {
  while (const auto line = take_until(rest, "\r\n")) {
    if (line->empty()) return;
    if (head.fields.size() == max_fields)
      throw Error(Errc::head_too_large, "the request has too many fields");
    head.fields.push_back(parse_field_line(*line));
  }
}

/// The one value of a field that must not be repeated.
std::optional<std::string_view> single(const RequestHead& head, std::string_view name) {
  std::optional<std::string_view> value;
  for (const FieldView& field : head.fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    if (value) malformed("the field " + std::string(name) + " must not be repeated");
    value = field.value;
  }
  return value;
}

std::uint64_t parse_content_length(std::string_view value) {
  std::uint64_t length = 0;
  if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit))
    malformed("Content-Length must be one number");
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc{}) throw Error(Errc::too_large, "the content is too large");
  return length;
}

/// Refuses a head with both Content-Length and Transfer-Encoding (RFC 9112, 6.3): a proxy in front may have
/// used the one and the bridge the other, which is how requests are smuggled.
void decide_body(RequestHead& head) {
  const auto length = single(head, "Content-Length");
  const auto coding = single(head, "Transfer-Encoding");
  if (length && coding) malformed("Content-Length and Transfer-Encoding exclude each other");
  if (coding) {
    if (head.http_1_0) malformed("HTTP/1.0 has no Transfer-Encoding");
    if (!equals_ignoring_case(*coding, "chunked"))
      throw Error(Errc::not_implemented, "the only transfer coding here is chunked");
    head.body = RequestHead::Body::chunked;
  } else if (length) {
    head.content_length = parse_content_length(*length);
    if (head.content_length > 0) head.body = RequestHead::Body::length;
  }
  head.has_length = length || coding;
}

/// On a Unix socket Host has no meaning: clients send the path, "unix", an empty value, or leave it out.
void decide_host(RequestHead& head, bool on_unix_socket) {
  const auto host = single(head, "Host");
  if (!host && !head.http_1_0 && !on_unix_socket) malformed("the field Host is missing");
  if (!head.authority) head.authority = host;
}

void check_authority(const RequestHead& head) {
  if (head.authority && !is_authority(*head.authority))
    malformed("the field Host must be a name or an address, and a port");
}

/// The members of a list, in however many fields it comes (RFC 9110, 5.3 and 5.6.1).
std::vector<std::string_view> list_members(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> members;
  for (const FieldView& field : head.fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    std::string_view last = field.value;
    while (const auto member = take_until(last, ",")) members.push_back(trim(*member));
    members.push_back(trim(last));
  }
  std::erase(members, std::string_view());
  return members;
}

ContentCoding coding_of(std::string_view name) {
  if (equals_ignoring_case(name, "identity")) return ContentCoding::identity;
  if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip")) return ContentCoding::gzip;
  if (equals_ignoring_case(name, "deflate")) return ContentCoding::deflate;
  throw Error(Errc::unsupported_encoding, "Content-Encoding: the codings here are gzip and deflate");
}

/// Takes one coding or none (RFC 9110, 8.4): content that is coded twice can hide how large it is.
void decide_encoding(RequestHead& head) {
  for (const std::string_view name : list_members(head, "Content-Encoding")) {
    const ContentCoding coding = coding_of(name);
    if (coding == ContentCoding::identity) continue;
    if (head.coding != ContentCoding::identity)
      throw Error(Errc::unsupported_encoding, "Content-Encoding: send one coding, once, or none");
    head.coding = coding;
  }
}

void decide_expectation(RequestHead& head) {
  if (head.http_1_0) return;
  for (const std::string_view expectation : list_members(head, "Expect")) {
    if (!equals_ignoring_case(expectation, "100-continue"))
      throw Error(Errc::expectation_failed, "Expect: the only expectation here is 100-continue");
    head.expects_continue = true;
  }
}

void decide_keep_alive(RequestHead& head) {
  head.keep_alive = !head.http_1_0;
  for (const FieldView& field : head.fields) {
    if (!equals_ignoring_case(field.name, "Connection")) continue;
    if (has_list_member(field.value, "close")) head.keep_alive = false;
    if (head.http_1_0 && has_list_member(field.value, "keep-alive")) head.keep_alive = true;
  }
}

}  // namespace

std::optional<std::string_view> RequestHead::field(std::string_view name) const {
  for (const FieldView& field : fields)
    if (equals_ignoring_case(field.name, name)) return field.value;
  return std::nullopt;
}

FieldView parse_field_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  // a line that begins with white space would continue the one before: obs-fold (RFC 9112, 5.2)
  if (colon == std::string_view::npos || name.empty() ||
      !std::all_of(name.begin(), name.end(), is_token_character))
    malformed("a field line has no valid name");
  const std::string_view value = trim(line.substr(colon + 1));
  const bool clean =
      std::none_of(value.begin(), value.end(), [](char c) { return is_control_byte(c) && c != '\t'; });
  if (!clean) malformed("a field value has a control character");
  return {name, value};
}

std::size_t find_head_end(std::string_view bytes, std::size_t& scanned, std::size_t max_head) {
  bytes = bytes.substr(0, max_head);
  while (true) {  // line by line
    const std::size_t cr = bytes.find('\r', scanned);
    const std::size_t lf = bytes.find('\n', scanned);
    const bool may_go_on = lf == bytes.npos && (cr == bytes.npos || cr + 1 == bytes.size());
    if (may_go_on) break;
    if (lf == bytes.npos || cr == bytes.npos || cr + 1 != lf)
      malformed("a line must end with CR LF, and neither may stand alone");
    const bool is_empty = cr == scanned && scanned > 0;
    scanned = lf + 1;
    if (is_empty) return scanned;
  }
  if (bytes.size() >= max_head) throw Error(Errc::head_too_large, "the head of the request is too large");
  return 0;
}

void RequestHead::clear() {
  std::string kept_text = std::move(text);
  std::vector<FieldView> kept_fields = std::move(fields);
  kept_text.clear();
  kept_fields.clear();
  *this = RequestHead();
  text = std::move(kept_text);
  fields = std::move(kept_fields);
}

void parse_request_head(std::string_view text, const HttpSettings& settings, RequestHead& head) {
  head.clear();
  head.text = text;
  std::string_view rest = head.text;
  parse_request_line(*take_until(rest, "\r\n"), head, settings.max_target);
  parse_fields(rest, head, settings.max_fields);
  decide_host(head, is_unix_socket(settings));
  if (!is_unix_socket(settings)) check_authority(head);  // there Host means nothing
  decide_body(head);
  decide_encoding(head);
  decide_expectation(head);
  decide_keep_alive(head);
  if (head.content_length > settings.max_body)
    throw Error(Errc::too_large,
                "the content must not be larger than " + std::to_string(settings.max_body) + " bytes");
}

RequestHead parse_request_head(std::string_view text, const HttpSettings& settings) {
  RequestHead head;
  parse_request_head(text, settings, head);
  return head;
}

}  // namespace bridge
