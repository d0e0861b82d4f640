#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/core/settings.h"

namespace bridge {

/// One field of a head (RFC 9110, 5). Views into RequestHead::text.
struct FieldView {
  std::string_view name;
  std::string_view value;
};

/// How the content is coded (RFC 9110, 8.4.1). deflate is zlib's format (RFC 1950), not the bare data.
enum class ContentCoding : std::uint8_t { identity, gzip, deflate };

/// The head of one request, checked (RFC 9112, 2 to 5): complete, bounded, and no part of it can be read in
/// two ways, which request smuggling needs. Moves, but does not copy: its views point into its own text,
/// which is always longer than what a string keeps in place.
struct RequestHead {
  enum class Body : std::uint8_t { none, length, chunked };

  RequestHead() = default;
  RequestHead(RequestHead&&) = default;
  RequestHead& operator=(RequestHead&&) = default;
  RequestHead(const RequestHead&) = delete;
  RequestHead& operator=(const RequestHead&) = delete;

  std::string text;
  std::string_view method;
  std::string_view target;                    // origin-form, still percent-encoded
  std::optional<std::string_view> authority;  // of an absolute target, otherwise of Host
  std::vector<FieldView> fields;
  std::uint64_t content_length = 0;
  Body body = Body::none;
  bool has_length = false;  // without one there is no body (RFC 9112, 6.3)
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  ContentCoding coding = ContentCoding::identity;

  /// Empties it, but keeps its memory for the next.
  void clear();

  /// The value of the first field of that name, if there is one.
  std::optional<std::string_view> field(std::string_view name) const;
  std::string_view path() const { return target.substr(0, target.find('?')); }
  /// The part of the target behind the first '?', still percent-encoded.
  std::string_view query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  }
};

/// One field line, or a line of a trailer, without its CR LF.
/// @throws Error malformed_request.
FieldView parse_field_line(std::string_view line);

/// @return the length of the head that `bytes` begin with, its empty line included; 0 if more is needed.
/// @param scanned the beginning of the first line whose end earlier calls did not see; kept up to date, so
///   that a head that comes byte by byte is not scanned anew each time.
/// @throws Error malformed_request for a CR or LF that stands alone: a proxy in front might take it for the
///   end of a line (RFC 9112, 2.2); head_too_large beyond `max_head`.
std::size_t find_head_end(std::string_view bytes, std::size_t& scanned, std::size_t max_head);

/// @param text a head with its empty line, as find_head_end() found it; copied into `head`, whose memory is
///   used again.
/// @throws Error for anything that is malformed, ambiguous, not supported or too large.
void parse_request_head(std::string_view text, const HttpSettings& settings, RequestHead& head);
RequestHead parse_request_head(std::string_view text, const HttpSettings& settings);

}  // namespace bridge
