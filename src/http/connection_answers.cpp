// How Connection writes: answers, streams, and the last words before it closes.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "connection.h"
#include "cross_origin.h"
#include "problem.h"

namespace bridge {
namespace {

constexpr std::chrono::seconds write_timeout{30};
constexpr std::chrono::seconds linger_timeout{2};
constexpr std::size_t linger_bytes = 16777216;
constexpr std::size_t stream_portion = 65536;

/// RFC 9112, 7.1; HTTP/1.0 knows no chunks, there the end of the connection is the end.
std::string chunk_of(const std::string& bytes, bool is_last, bool http_1_0) {
  if (http_1_0) return bytes;
  std::string wire;
  if (!bytes.empty()) {
    std::array<char, 16> size{};
    const auto* end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    wire.append(std::string_view(size.data(), static_cast<std::size_t>(end - size.data())))
        .append("\r\n")
        .append(bytes)
        .append("\r\n");
  }
  if (is_last) wire.append("0\r\n\r\n");
  return wire;
}

}  // namespace

/// Answers that nobody takes must not fill the memory either, and which are large is known before there is
/// one.
void Connection::reserve(std::size_t bytes) {
  if (bytes <= kept_capacity) return;
  count_held();                                                  // the content is the handler's by now
  const std::size_t room = std::min(bytes, loop_.max_held / 2);  // the largest must find room some time
  if (loop_.held + room > loop_.max_held) {
    loop_.counters.http_overloads.add();
    throw Error(Errc::queue_full, "too many large answers wait for their clients");
  }
  reserved_ = room;
  count_held();
}

void Connection::answer_within(std::chrono::seconds wait) {
  deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + wait);
  loop_.due = std::min(loop_.due, deadline_);
}

/// Then 503 instead, "not sent", is true as well.
bool Connection::has_had_no_effect(const Response& response) const {
  return head_.method == "GET" || head_.method == "HEAD" || response.status / 100 == 4;
}

void Connection::answer(Response response) {
  if (!is_open() || state_ != State::answering) return give_up(response);  // the client was told, or is gone
  if (loop_.origin_rules.is_allowed_page(head_)) add_cross_origin_fields(head_, response);
  const bool head_only = head_.method == "HEAD";
  keep_alive_ = head_.keep_alive && !finishing_ && !response.stream;
  std::string wire = to_wire(response, {keep_alive_, head_.http_1_0, head_only});
  reserved_ = 0;
  if (wire.size() > kept_capacity) count_held();
  const bool fits = wire.size() <= kept_capacity || loop_.held + wire.size() <= loop_.max_held;
  if (!fits && has_had_no_effect(response)) {
    loop_.counters.http_overloads.add();
    give_up(response);
    return refuse(Error(Errc::queue_full, "too many large answers wait for their clients"));
  }
  if (!response.stream) return send(std::move(wire));
  if (head_only) {
    response.stream->detach();
    return send(std::move(wire));
  }
  stream_ = std::move(response.stream);
  send(std::move(wire));
  if (stream_ && is_open()) begin_stream();
}

/// Answers what was not a request, and closes: where the next one would begin is not known.
void Connection::refuse(const Error& error) {
  keep_alive_ = false;
  send(to_wire(problem_response(error), {false, false, false}));
}

void Connection::turn_away(const Error& error) {
  if (!channel_.prepare() || channel_.needs_handshake()) return close();
  refuse(error);
}

void Connection::send(std::string wire) {
  reserved_ = 0;
  out_ = std::move(wire);
  written_ = 0;
  enter(State::writing, write_timeout);
  write_rest();
}

void Connection::write_rest() {
  if (!is_open() || state_ != State::writing) return;
  const auto [progress, bytes] = channel_.write(std::string_view(out_).substr(written_));
  written_ += bytes;
  if (progress == Channel::Progress::ended) return close();
  if (written_ == out_.size()) return on_written();
  count_held();
  when(progress, [](Connection& self) {
    self.write_rest();
    self.pump_stream();
  });
}

void Connection::on_written() {
  reset(out_);
  written_ = 0;
  if (stream_) return enter(State::streaming, write_timeout);
  if (!keep_alive_ || finishing_) return linger();
  enter(State::idle, loop_.settings.idle_timeout);
  advance();
}

void Connection::begin_stream() {
  stream_->attach([waiting = weak_from_this()] {
    auto self = waiting.lock();
    if (!self) return;
    LoopContext& loop = self->loop_;
    loop.deliver({std::move(self), nullptr});
  });
  if (finishing_) stream_->end();
  pump_stream();
  if (is_open()) wait_readable();  // to see the client leave
}

/// Hands the socket what the stream has, as long as it takes it.
void Connection::pump_stream() {
  while (is_open() && stream_ && state_ == State::streaming) {
    auto [bytes, is_last] = stream_->take(stream_portion);
    if (bytes.empty() && !is_last) {
      deadline_ = TimePoint::max();  // it is the sender's turn
      return;
    }
    if (is_last) std::exchange(stream_, nullptr)->detach();
    send(chunk_of(bytes, is_last, head_.http_1_0));
  }
}

/// Reads on for a while after the last answer: closing with unread bytes would reset the connection, and the
/// client would not see why (RFC 9112, 9.6).
void Connection::linger() {
  if (!channel_.end_sending()) return close();
  release_memory();
  count_held();
  enter(State::lingering, linger_timeout);
  wait_readable();
}

void Connection::discard(std::size_t bytes) {
  discarded_ += bytes;
  if (discarded_ > linger_bytes) return close();
  wait_readable();
}

}  // namespace bridge
