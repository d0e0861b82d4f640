#pragma once

#include <string>
#include <string_view>

namespace bridge::config {

// Each returns why `text` is refused, or an empty string. None repeats the text: it may hold a secret.

/// A UTF-8 Encoded String (MQTT 5.0, 1.5.4): at most 65,535 bytes, without control characters.
std::string check_text(std::string_view text);

/// Binary Data (MQTT 5.0, 1.5.6), which the payload of a Will is: at most 65,535 bytes.
std::string check_payload(std::string_view text);

/// A host name, an IPv4 or an IPv6 address, with neither scheme nor port.
std::string check_host(std::string_view text);

/// scheme://host[:port], and a path for WebSocket.
std::string check_server_uri(std::string_view text);

std::string check_filter(std::string_view text);

/// A Topic Filter that begins with `$`.
std::string check_dollar_filter(std::string_view text);

/// An IPv4 or IPv6 address, "localhost", or "unix:" with an absolute path.
std::string check_listen_address(std::string_view text);

/// scheme://host[:port], as a browser sends it in the field Origin (RFC 6454, 6.1). "null" is refused: every
/// sandboxed frame sends it, whoever wrote the page, so it would let everybody in.
std::string check_origin(std::string_view text);

/// The name of a header field (RFC 9110, 5.1), or the beginning of some with a `*` behind it: "ce-*".
std::string check_field_pattern(std::string_view text);

/// A protocol name of ALPN: 1 to 255 bytes (RFC 7301, 3.1).
std::string check_alpn(std::string_view text);

/// Permissions in octal, such as 0660.
std::string check_file_mode(std::string_view text);

/// @return true if a checked listen address can only be reached from this machine.
bool is_loopback(std::string_view address);

}  // namespace bridge::config
