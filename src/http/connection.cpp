#include "connection.h"

#include <algorithm>
#include <asio/dispatch.hpp>
#include <utility>

#include "problem.h"

namespace bridge {
namespace {

using asio::ip::tcp;

constexpr std::chrono::seconds write_timeout{30};
constexpr std::chrono::seconds linger_timeout{2};
constexpr std::chrono::seconds finish_timeout{1};  // for a request that is arriving
constexpr std::size_t linger_bytes = 16777216;
constexpr std::size_t kept_capacity = 4096;  // of a buffer, while nothing is read

/// An idle connection keeps no buffer.
void release(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kept_capacity) buffer.shrink_to_fit();
}

bool would_block(const std::error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, LoopContext& loop)
    : socket_(std::move(socket)), loop_(loop) {}

void Connection::start() {
  std::error_code error;
  socket_.non_blocking(true, error);
  if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), error);
  if (error) return close();
  enter(State::idle, loop_.settings.idle_timeout);
  wait_readable();
}

void Connection::enter(State state, std::chrono::seconds allowed) {
  state_ = state;
  deadline_ = std::chrono::steady_clock::now() + allowed;
}

void Connection::wait_readable() {
  if (waiting_) return;
  waiting_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const std::error_code& error) {
    self->waiting_ = false;
    if (!error) self->on_readable();
  });
}

void Connection::on_readable() {
  std::error_code error;
  const std::size_t n = socket_.read_some(asio::buffer(loop_.scratch), error);
  if (would_block(error)) return wait_readable();
  if (error) return close();
  if (state_ == State::lingering) return discard(n);
  in_.erase(0, std::exchange(taken_, 0));
  in_.append(loop_.scratch.data(), n);
  advance();
}

/// Goes on until more must be read, or an answer is awaited or being written.
void Connection::advance() {
  if (advancing_) return;  // an answer that came at once: the loop below goes on
  advancing_ = true;
  try {
    take_requests();
  } catch (const Error& error) {
    refuse(error);
  } catch (const std::exception&) {  // its text is not for the caller
    refuse(Error(Errc::internal, "the request could not be carried out"));
  }
  advancing_ = false;
  if (state_ == State::idle) head_.reset();
  if (is_open() && is_reading()) wait_readable();
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
  release(in_);
  taken_ = 0;
}

bool Connection::take_head() {
  while (scanned_ == 0 && unread().starts_with("\r\n")) take(2);  // RFC 9112, 2.2
  if (unread().empty() || unread() == "\r") return false;
  if (state_ == State::idle) enter(State::head, loop_.settings.head_timeout);
  const std::size_t length = find_head_end(unread(), scanned_, loop_.settings.max_head);
  if (length == 0) return false;
  head_ = parse_request_head(std::string(unread().substr(0, length)), loop_.settings);
  take(length);
  scanned_ = 0;
  content_.clear();
  chunked_.emplace(loop_.settings.max_body);
  enter(State::body, finishing_ ? finish_timeout : loop_.settings.body_timeout);
  invite_body();
  return true;
}

/// `100 Continue`, unless the client has not waited for it (RFC 9110, 10.1.1).
void Connection::invite_body() {
  if (!head_->expects_continue || head_->body == RequestHead::Body::none || !unread().empty()) return;
  static constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
  std::error_code error;
  if (socket_.write_some(asio::buffer(invitation), error) != invitation.size()) close();
}

bool Connection::take_body() {
  std::string_view rest = unread();
  const std::size_t before = rest.size();
  bool complete = true;
  if (head_->body == RequestHead::Body::chunked) {
    complete = chunked_->take(rest, content_);
  } else if (head_->body == RequestHead::Body::length) {
    const auto wanted = static_cast<std::size_t>(head_->content_length) - content_.size();
    content_.append(rest.substr(0, wanted));
    rest.remove_prefix(std::min(wanted, rest.size()));
    complete = content_.size() == head_->content_length;
  }
  take(before - rest.size());
  return complete;
}

void Connection::handle() {
  loop_.counters.http_requests.add();
  enter(State::answering, loop_.answer_timeout);
  loop_.gateway.handle(*head_, std::move(content_), make_responder());
}

Responder Connection::make_responder() {
  return Responder([waiting = weak_from_this()](Response response) {
    // The client may be gone, and with it the loop: nothing of either is touched before this.
    auto self = waiting.lock();
    if (!self) return;
    auto& socket = self->socket_;
    asio::dispatch(socket.get_executor(),
                   [self = std::move(self), response = std::move(response)] { self->answer(response); });
  });
}

void Connection::answer(const Response& response) {
  if (!is_open() || state_ != State::answering) return;  // too late: the client was told, or is gone
  keep_alive_ = head_->keep_alive && !finishing_;
  send(to_wire(response, {keep_alive_, head_->http_1_0, head_->method == "HEAD"}));
}

/// Answers what was not a request, and closes: where the next one would begin is not known.
void Connection::refuse(const Error& error) {
  keep_alive_ = false;
  send(to_wire(problem_response(error), {false, false, false}));
}

void Connection::send(std::string wire) {
  out_ = std::move(wire);
  written_ = 0;
  enter(State::writing, write_timeout);
  write_rest();
}

void Connection::write_rest() {
  while (written_ < out_.size()) {
    std::error_code error;
    written_ += socket_.write_some(asio::buffer(out_.data() + written_, out_.size() - written_), error);
    if (would_block(error)) {
      socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const std::error_code& failed) {
        if (!failed) self->write_rest();
      });
      return;
    }
    if (error) return close();
  }
  on_written();
}

void Connection::on_written() {
  release(out_);
  release(content_);
  if (!keep_alive_ || finishing_) return linger();
  enter(State::idle, loop_.settings.idle_timeout);
  advance();
}

/// Reads on for a while after the last answer: closing with unread bytes would reset the connection, and the
/// client would not see why (RFC 9112, 9.6).
void Connection::linger() {
  std::error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) return close();
  release(in_);
  taken_ = 0;
  enter(State::lingering, linger_timeout);
  wait_readable();
}

void Connection::discard(std::size_t bytes) {
  discarded_ += bytes;
  if (discarded_ > linger_bytes) return close();
  wait_readable();
}

void Connection::check_deadline(TimePoint now) {
  if (!is_open() || now < deadline_) return;
  if (state_ == State::head || state_ == State::body)
    refuse(Error(Errc::request_timeout, "the request did not arrive in time"));
  else if (state_ == State::answering)
    refuse(Error(Errc::unconfirmed, "the broker has not answered in time; it may still take effect"));
  else
    close();
}

void Connection::finish() {
  finishing_ = true;
  if (state_ == State::idle || state_ == State::lingering) return close();
  if (is_reading()) deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + finish_timeout);
}

void Connection::close() {
  if (!is_open()) return;
  std::error_code error;
  socket_.close(error);
  loop_.closed(shared_from_this());
}

}  // namespace bridge
