#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "body_rate.h"
#include "bridge/core/clock.h"
#include "bridge/core/error.h"
#include "bridge/core/settings.h"
#include "input_buffer.h"
#include "request_body.h"
#include "request_head.h"

namespace bridge {

/// Cuts the bytes of one client into requests (RFC 9112, 2): takes bytes, gives complete, well-formed and
/// bounded requests one after the other, and throws for all else. Does no I/O; idle, it holds no buffer once
/// release() was called.
class RequestReader {
 public:
  enum class Stage : std::uint8_t {
    idle,  // between two requests
    head,
    body,
  };
  enum class Progress : std::uint8_t {
    nothing,           // it needs more bytes
    head_begun,        // it needs more bytes, and has the first of a head
    head_complete,     // begin_body() must follow
    request_complete,  // head() and content() are those of a request; the stage is idle
  };

  void append(std::string_view bytes) { input_.append(bytes); }
  /// Goes on with the bytes that were appended, to the next step of a request.
  /// @throws Error for what is malformed, ambiguous or too large: what follows cannot be read any more.
  Progress take(const HttpSettings& settings);

  /// Begins the body that head() announces.
  void begin_body(TimePoint now, std::size_t max_body);
  /// The client was not invited to send the content (RFC 9110, 10.1.1): none is waited for, and the
  /// connection ends with the response, since the content may follow or not.
  void expect_no_content();
  /// @return true if the client sends the content when it is told `100 Continue`, and not before.
  bool awaits_invitation() const {
    return head_.expects_continue && head_.body != RequestHead::Body::none && input_.unread().empty();
  }
  /// @return when the body must be looked at again; empty if the client sends it too slowly.
  std::optional<TimePoint> next_deadline(TimePoint now, const HttpSettings& settings) {
    return rate_.next_deadline(now, body_.arrived(), settings);
  }
  /// Says what is missing, when time is up. The stage is head or body.
  Error timeout() const;

  Stage stage() const { return stage_; }
  /// Complete from head_complete on, until the next head begins.
  const RequestHead& head() const { return head_; }
  /// As much of the last head as there is: it may be incomplete or malformed.
  std::string_view head_so_far() const { return head_.text.empty() ? input_.unread() : head_.text; }
  /// The content of a complete request, decoded.
  std::string take_content() { return std::move(content_); }
  std::string_view unread() const { return input_.unread(); }

  /// Bytes that it holds for a request that is not complete.
  std::size_t memory() const { return input_.memory() + content_.size() + body_.memory(); }
  /// Frees what it holds of a request that is given up; the head stays.
  void give_up();
  /// Frees everything.
  void release();

 private:
  bool has_begun();
  bool take_head(const HttpSettings& settings);
  bool take_body();

  InputBuffer input_;
  std::size_t scanned_ = 0;  // of unread(), for the end of the head
  RequestHead head_;
  RequestBody body_;
  BodyRate rate_;
  std::string content_;
  Stage stage_ = Stage::idle;
};

}  // namespace bridge
