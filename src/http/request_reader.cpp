#include "request_reader.h"

namespace bridge {

RequestReader::Progress RequestReader::take(const HttpSettings& settings) {
  if (stage_ == Stage::body) return take_body() ? Progress::request_complete : Progress::nothing;
  const bool begins = stage_ == Stage::idle;
  if (begins && !has_begun()) return Progress::nothing;
  if (take_head(settings)) return Progress::head_complete;
  return begins ? Progress::head_begun : Progress::nothing;
}

/// A client may send an empty line before a request (RFC 9112, 2.2).
bool RequestReader::has_begun() {
  while (unread().starts_with("\r\n")) input_.take(2);
  if (unread().empty() || unread() == "\r") return false;
  head_.clear();  // of the request before
  stage_ = Stage::head;
  return true;
}

bool RequestReader::take_head(const HttpSettings& settings) {
  const std::size_t length = find_head_end(unread(), scanned_, settings.max_head);
  if (length == 0) return false;
  parse_request_head(unread().substr(0, length), settings, head_);
  input_.take(length);
  scanned_ = 0;
  return true;
}

void RequestReader::begin_body(TimePoint now, std::size_t max_body) {
  content_.clear();
  rate_.begin(now);
  body_.begin(head_, max_body);
  stage_ = Stage::body;
}

void RequestReader::expect_no_content() {
  head_.body = RequestHead::Body::none;
  head_.keep_alive = false;
}

bool RequestReader::take_body() {
  std::string_view rest = unread();
  const std::size_t before = rest.size();
  const bool complete = body_.take(rest, content_);
  input_.take(before - rest.size());
  if (!complete) return false;
  body_.end();
  stage_ = Stage::idle;
  return true;
}

Error RequestReader::timeout() const {
  if (stage_ == Stage::body) return {Errc::request_timeout, body_.progress()};
  return {Errc::request_timeout, "the head is not complete (no empty line came in time)"};
}

void RequestReader::give_up() {
  input_.release();
  body_.end();
  free_buffer(content_);
}

void RequestReader::release() {
  head_ = RequestHead();
  give_up();
}

}  // namespace bridge
