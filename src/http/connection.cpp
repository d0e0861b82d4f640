#include "connection.h"

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

namespace bridge {
namespace {

constexpr std::chrono::seconds finish_timeout{1};  // for a request that is arriving

}  // namespace

void Connection::reset(std::string& buffer) {
  if (buffer.capacity() > kept_capacity) std::string().swap(buffer);
  buffer.clear();
}

Connection::~Connection() {
  if (stream_) stream_->detach();
}

void Connection::start() {
  if (!channel_.prepare()) return close();
  if (channel_.needs_handshake()) {
    enter(State::handshaking, loop_.settings.handshake_timeout);
    return shake_hands();
  }
  enter(State::idle, loop_.settings.idle_timeout);
  wait_readable();
}

void Connection::enter(State state, std::chrono::seconds allowed) {
  const TimePoint now = std::chrono::steady_clock::now();
  state_ = state;
  deadline_ = now + allowed;
  loop_.due =
      std::min(loop_.due, state == State::idle ? now : deadline_);  // when idle it has memory to release
}

void Connection::shake_hands() {
  if (!is_open() || state_ != State::handshaking) return;
  switch (const auto progress = channel_.handshake()) {
    case Channel::Progress::done:
      enter(State::idle, loop_.settings.idle_timeout);
      return wait_readable();
    case Channel::Progress::plain_http:
      channel_.drop_tls();
      return refuse_request(Error(Errc::malformed_request, "this port speaks HTTPS: use https://"));
    case Channel::Progress::ended:
      return close();
    default:
      when(progress, [](Connection& self) { self.shake_hands(); });
  }
}

void Connection::wait_readable() {
  if (waiting_) return;
  waiting_ = true;
  auto go_on = [self = shared_from_this()] {
    self->waiting_ = false;
    const bool wanted = self->is_reading() || self->state_ == State::lingering || self->stream_;
    if (self->is_open() && wanted) self->on_readable();  // not if finish() has read what was waited for
  };
  if (state_ != State::lingering && channel_.has_buffered())  // what lingers is read below TLS
    asio::post(loop_.io, std::move(go_on));
  else
    channel_.when_readable(std::move(go_on));
}

void Connection::on_readable() {
  const bool raw = state_ == State::lingering;
  const auto [progress, bytes] = raw ? channel_.discard(loop_.scratch->data(), loop_.scratch->size())
                                     : channel_.read(loop_.scratch->data(), loop_.scratch->size());
  if (bytes > 0) receive_bytes(bytes);
  if (!is_open() || progress == Channel::Progress::done) return;
  if (progress == Channel::Progress::ended) return close();
  if (progress == Channel::Progress::wants_read) return wait_readable();
  when(progress, [](Connection& self) {
    if (self.is_open()) self.on_readable();
  });
}

void Connection::receive_bytes(std::size_t bytes) {
  if (state_ == State::lingering || stream_) return discard(bytes);
  in_.erase(0, std::exchange(taken_, 0));
  in_.append(loop_.scratch->data(), bytes);
  advance();
}

/// What this connection holds: a thousand clients that send all but the end of a large body, or do not take a
/// large answer, must not fill the memory.
void Connection::count_held() {
  const std::size_t input = in_.capacity() > kept_capacity ? in_.capacity() : in_.size();
  const std::size_t now = is_open() ? input + content_.size() + body_.memory() + reserved_ + out_.size() : 0;
  loop_.held = loop_.held - std::exchange(held_, now) + now;
}

/// One connection has its share of what the loop may hold, so that it does not take that of the others.
bool Connection::has_room_for(std::size_t bytes) const {
  return held_ + bytes <= loop_.max_held_each && loop_.held + bytes <= loop_.max_held;
}

void Connection::refuse_beyond_limit() {
  count_held();
  if (!is_open() || !is_reading() || in_.size() + content_.size() + body_.memory() == 0 || has_room_for(0))
    return;
  loop_.counters.http_overloads.add();
  refuse_request(out_of_memory());
  body_.end();
  std::string().swap(content_);
  std::string().swap(in_);
  taken_ = 0;
  count_held();
}

/// Goes on until more must be read, or an answer is awaited or being written.
void Connection::advance() {
  if (advancing_) return;  // an answer that came at once: the loop below goes on
  advancing_ = true;
  try {
    take_requests();
  } catch (const Error& error) {
    refuse_request(error);
  } catch (const std::exception&) {  // its text is not for the caller
    refuse_request(Error(Errc::internal, "the request could not be carried out"));
  }
  advancing_ = false;
  refuse_beyond_limit();
  if (!is_open() || !is_reading()) return;
  if (state_ != State::idle) channel_.acknowledge();  // the rest of the request may wait for it
  wait_readable();
}

void Connection::take_requests() {
  while (is_open() && is_reading()) {
    if (state_ != State::body && !take_head()) return;
    if (!take_body()) return;
    handle();
  }
}

void Connection::take(std::size_t bytes) {
  taken_ += bytes;
  if (taken_ < in_.size()) return;
  reset(in_);
  taken_ = 0;
}

bool Connection::take_head() {
  while (scanned_ == 0 && unread().starts_with("\r\n")) take(2);  // RFC 9112, 2.2
  if (unread().empty() || unread() == "\r") return false;
  if (state_ == State::idle) {
    head_.clear();  // of the request before
    enter(State::head, loop_.settings.head_timeout);
  }
  head_only_ = unread().starts_with("HEAD ");
  const std::size_t length = find_head_end(unread(), scanned_, loop_.settings.max_head);
  if (length == 0) return false;
  parse_request_head(unread().substr(0, length), loop_.settings, head_);
  take(length);
  scanned_ = 0;
  loop_.origin_rules.check(head_);
  content_.clear();
  const std::chrono::seconds allowed = finishing_ ? finish_timeout : loop_.settings.body_timeout;
  enter(State::body, allowed);
  body_began_ = deadline_ - allowed;
  body_at_last_look_ = 0;
  invite_body();
  body_.begin(head_, loop_.settings.max_body);
  return true;
}

/// `100 Continue`, unless the client has not waited for it (RFC 9110, 10.1.1), or the answer is known
/// already: then it comes at once, and ends the connection, since a body may still follow or not.
void Connection::invite_body() {
  if (!head_.expects_continue || head_.body == RequestHead::Body::none || !unread().empty()) return;
  if (!loop_.gateway.has_route_for(head_)) {
    head_.body = RequestHead::Body::none;
    head_.keep_alive = false;
    return;
  }
  static constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
  if (channel_.write(invitation).bytes != invitation.size()) close();
}

bool Connection::take_body() {
  std::string_view rest = unread();
  const std::size_t before = rest.size();
  const bool complete = body_.take(rest, content_);
  take(before - rest.size());
  return complete;
}

/// A body may take longer than http.body_timeout as long as it keeps http.min_body_rate on the average, and
/// something comes in each such time: a fast beginning does not pay for silence.
bool Connection::may_go_on_sending(TimePoint now) {
  using std::chrono::milliseconds;
  const HttpSettings& settings = loop_.settings;
  const std::size_t arrived = body_.arrived();
  if (finishing_ || settings.min_body_rate == 0) return false;
  if (arrived == std::exchange(body_at_last_look_, arrived)) return false;
  const milliseconds paid_for(std::uint64_t{arrived} * 1000 / settings.min_body_rate);
  const TimePoint ends = body_began_ + std::min<milliseconds>(paid_for, settings.max_body_time);
  if (now >= ends) return false;
  deadline_ = std::min(now + settings.body_timeout, ends);
  return true;
}

void Connection::handle() {
  loop_.counters.http_requests.add();
  enter(State::answering, loop_.answer_timeout);
  body_.end();
  loop_.gateway.handle(head_, std::move(content_), make_responder(), *this);
}

/// Nobody will read it.
void Connection::abandon_stream(const Response& response) {
  if (response.stream) response.stream->detach();
}

Responder Connection::make_responder() {
  return Responder([waiting = weak_from_this()](Response response) {
    // The client may be gone, and with it the loop: nothing of either is touched before this.
    auto self = waiting.lock();
    if (!self) return abandon_stream(response);
    LoopContext& loop = self->loop_;
    if (loop.io.get_executor().running_in_this_thread()) return self->answer(std::move(response));
    loop.deliver({std::move(self), std::make_unique<Response>(std::move(response))});
  });
}

void Connection::receive(std::unique_ptr<Response> given) {
  if (given)
    answer(std::move(*given));
  else
    pump_stream();
}

void Connection::check_deadline(TimePoint now) {
  if (!is_open()) return;
  if (state_ == State::idle && unread().empty()) release_memory();
  if (now < deadline_) return;
  if (state_ == State::head) {
    refuse_request(Error(Errc::request_timeout, "the head is not complete (no empty line came in time)"));
  } else if (state_ == State::body) {
    if (!may_go_on_sending(now)) refuse_request(Error(Errc::request_timeout, body_.progress()));
  } else if (state_ == State::lingering) {
    if (!may_go_on_lingering(now)) close();
  } else if (state_ == State::answering) {
    refuse_request(
        Error(Errc::unconfirmed, "there was no answer in time; the request may still take effect"));
  } else {
    close();
  }
}

/// A connection that has been idle for a moment keeps no buffer: there may be thousands.
void Connection::release_memory() {
  head_ = RequestHead();
  std::string().swap(in_);
  taken_ = 0;
  body_.end();
  std::string().swap(content_);
  std::string().swap(out_);
  written_ = 0;
}

void Connection::finish() {
  finishing_ = true;
  if (stream_) return stream_->end();
  if (state_ == State::handshaking || state_ == State::lingering) return close();
  if (state_ == State::idle) on_readable();  // what has arrived is in flight, though nobody has looked
  if (!is_open()) return;
  if (state_ == State::idle) return close();
  if (is_reading()) deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + finish_timeout);
  loop_.due = std::min(loop_.due, deadline_);
}

void Connection::close() {
  if (!is_open()) return;
  channel_.close();
  leave_lingering();
  free_reserved();
  count_held();
  if (stream_) stream_->detach();
  loop_.closed(shared_from_this());
}

}  // namespace bridge
