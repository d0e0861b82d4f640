#include "websocket_handshake.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <utility>

#include "bridge/core/base64.h"
#include "bridge/core/escape.h"
#include "random_bytes.h"

namespace bridge::mqtt {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::string_view version = "HTTP/1.1 ";
constexpr std::size_t shown_status_line = 100;  // bytes

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  while (!text.empty() && blanks.find(text.front()) != blanks.npos) text.remove_prefix(1);
  while (!text.empty() && blanks.find(text.back()) != blanks.npos) text.remove_suffix(1);
  return text;
}

/// Takes the part of `rest` before `separator` off its front, and the separator, too.
std::string_view cut(std::string_view& rest, std::string_view separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), part.size() + separator.size()));
  return part;
}

bool list_has(std::string_view list, std::string_view token) {
  while (!list.empty())
    if (equal_without_case(trimmed(cut(list, ",")), token)) return true;
  return false;
}

/// The target in ASCII: all else is percent-encoded (RFC 3986, 2.1).
std::string encoded(std::string_view path) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string target;
  for (const char c : path) {
    if (c > ' ' && c < '\x7F') {
      target += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      target.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 0xF]);
    }
  }
  return target;
}

}  // namespace

std::string make_websocket_key() {
  std::string bytes(16, '\0');
  fill_with_random(bytes);
  return encode_base64(bytes);
}

std::string websocket_accept_of(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return encode_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string websocket_request(const BrokerAddress& address, const std::string& key) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + address.host + "]" : address.host;
  return "GET " + encoded(address.path) + " HTTP/1.1\r\nHost: " + host + ":" + address.port +
         "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key +
         "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
}

WebSocketAnswer::State WebSocketAnswer::take(std::string_view& bytes) {
  const std::size_t searched =
      head_.size() < end_of_head.size() ? 0 : head_.size() - (end_of_head.size() - 1);
  const std::size_t before = head_.size();
  head_.append(bytes.substr(0, max_head + 1 - std::min(before, max_head)));
  const std::size_t compared = std::min(head_.size(), version.size());
  if (head_.compare(0, compared, version, 0, compared) != 0)
    return refuse("the broker does not answer in HTTP/1.1");
  const std::size_t end = head_.find(end_of_head, searched);
  if (end == head_.npos) {
    bytes.remove_prefix(head_.size() - before);
    return head_.size() > max_head ? refuse("the broker's HTTP answer is too long") : State::incomplete;
  }
  head_.resize(end + end_of_head.size());
  bytes.remove_prefix(head_.size() - before);
  return judge();
}

WebSocketAnswer::State WebSocketAnswer::judge() {
  std::string_view rest(head_.data(), head_.size() - end_of_head.size());
  const std::string_view status_line = cut(rest, "\r\n");
  const std::string_view status = status_line.substr(version.size());
  if (status != "101" && !status.starts_with("101 "))
    return refuse("the broker answers HTTP " + escape_line(status, shown_status_line) + " instead of 101");
  std::string fault = fault_of_fields(rest);
  if (!fault.empty()) return refuse(std::move(fault));
  head_ = std::string();
  return State::accepted;
}

WebSocketAnswer::State WebSocketAnswer::refuse(std::string words) {
  words_ = std::move(words);
  return State::refused;
}

/// RFC 6455, 4.1: what a client has to check, and MQTT 5.0, 6.0.0-4.
std::string WebSocketAnswer::fault_of_fields(std::string_view fields) const {
  bool upgrade = false;
  bool connection = false;
  std::size_t accepts = 0;
  std::size_t protocols = 0;
  while (!fields.empty()) {
    const std::string_view line = cut(fields, "\r\n");
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0 || line.front() == ' ' || line.front() == '\t')
      return "the broker's HTTP answer is malformed";
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equal_without_case(name, "Upgrade")) upgrade = upgrade || equal_without_case(value, "websocket");
    if (equal_without_case(name, "Connection")) connection = connection || list_has(value, "upgrade");
    if (equal_without_case(name, "Sec-WebSocket-Extensions"))
      return "the broker wants a WebSocket extension that was not offered";
    if (equal_without_case(name, "Sec-WebSocket-Accept")) accepts += value == accept_ ? 1 : 2;
    if (equal_without_case(name, "Sec-WebSocket-Protocol")) protocols += value == "mqtt" ? 1 : 2;
  }
  if (!upgrade || !connection || accepts != 1) return "the broker's HTTP answer does not accept WebSocket";
  return protocols == 1 ? "" : "the broker does not speak MQTT over WebSocket there (no subprotocol mqtt)";
}

}  // namespace bridge::mqtt
