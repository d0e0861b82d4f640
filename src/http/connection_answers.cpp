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
constexpr std::chrono::seconds linger_timeout{2};   // without a byte more, and for who was turned away
constexpr std::chrono::seconds longest_linger{30};  // for who goes on sending
constexpr std::size_t least_linger_bytes = 2048;    // in each linger_timeout
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

Error Connection::out_of_memory() {
  return {Errc::queue_full, "the server is out of request memory (http.max_arriving); retry"};
}

/// Answers that nobody takes must not fill the memory either, and which are large is known before there is
/// one. Requests that reserve and then wait, however many and small, leave half of the room to the others.
void Connection::reserve(std::size_t bytes) {
  if (bytes <= kept_capacity) return;
  count_held();  // the content is the handler's by now
  const std::size_t most = loop_.max_held / 2;
  const std::size_t room = std::min(bytes, most);  // the largest must find room some time
  if (loop_.reserved + room > most || loop_.held + room > loop_.max_held) {
    loop_.counters.http_overloads.add();
    throw out_of_memory();
  }
  reserved_ += room;
  loop_.reserved += room;
  count_held();
}

void Connection::free_reserved() { loop_.reserved -= std::exchange(reserved_, 0); }

void Connection::answer_within(std::chrono::seconds wait) {
  deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + wait);
  loop_.due = std::min(loop_.due, deadline_);
}

/// GET, HEAD and refusals change nothing, so that a 503 in their place is true too. (GET /publish does, but
/// its answer is small enough to find room always.)
bool Connection::has_had_no_effect(const Response& response) const {
  return head_.method == "GET" || head_.method == "HEAD" || response.status / 100 == 4;
}

void Connection::answer(Response response) {
  if (!is_open() || state_ != State::answering)
    return abandon_stream(response);  // the client was told, or is gone
  if (const auto origin = head_.field("Origin"); origin && loop_.origin_rules.is_allowed_page(*origin))
    add_cross_origin_fields(head_, response);
  const bool head_only = head_.method == "HEAD";
  // who has left out the length has most likely sent content, which would be taken for the next request
  constexpr int length_required = 411;
  keep_alive_ = head_.keep_alive && !finishing_ && !response.stream && response.status != length_required;
  std::string wire = to_wire(response, {keep_alive_, head_.http_1_0, head_only});
  free_reserved();
  if (wire.size() > kept_capacity) count_held();
  const bool fits = wire.size() <= kept_capacity || has_room_for(wire.size());
  if (!fits && has_had_no_effect(response)) {
    loop_.counters.http_overloads.add();
    abandon_stream(response);
    return refuse_request(out_of_memory());
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
void Connection::refuse_request(const Error& error) {
  keep_alive_ = false;
  Response response = problem_response(error);
  if (error.errc() == Errc::unsupported_encoding)  // RFC 9110, 15.5.16
    response.fields.emplace_back("Accept-Encoding", "gzip, deflate");
  let_page_see(response);
  send(to_wire(response, {.keep_alive = false, .head_only = head_only_}));
}

/// A page of http.allowed_origins shall see why it is refused, as far as its head is known: it has failed to
/// parse, or is still arriving.
void Connection::let_page_see(Response& response) const {
  const auto origin = origin_in(head_.text.empty() ? unread() : head_.text);
  if (origin && loop_.origin_rules.is_allowed_page(*origin)) add_cross_origin_fields(*origin, response);
}

void Connection::reject_at_accept(const Error& error) {
  if (!channel_.prepare() || channel_.needs_handshake()) return close();
  rejected_at_accept_ = true;
  refuse_request(error);
}

void Connection::send(std::string wire) {
  free_reserved();
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

/// Reads on after the last answer, for as long as the client sends: closing with unread bytes would reset the
/// connection, and the client would not see why (RFC 9112, 9.6). For at most longest_linger, since a client
/// could send for ever, and only while it is not too slow.
void Connection::linger() {
  if (!channel_.end_sending()) return close();
  release_memory();
  count_held();
  enter(State::lingering, linger_timeout);
  lingering_ends_ = deadline_ - linger_timeout + (rejected_at_accept_ ? linger_timeout : longest_linger);
  discarded_ = 0;
  lingering_ = loop_.lingering.add(*this);
  if (Connection* oldest = loop_.lingering.surplus()) {
    loop_.counters.http_lingering_ended.add();
    oldest->close();
  }
  if (is_open()) wait_readable();
}

void Connection::discard(std::size_t bytes) {
  discarded_ += bytes;
  wait_readable();
}

bool Connection::may_go_on_lingering(TimePoint now) {
  if (std::exchange(discarded_, 0) < least_linger_bytes || now >= lingering_ends_) return false;
  deadline_ = std::min(now + linger_timeout, lingering_ends_);
  return true;
}

void Connection::leave_lingering() {
  if (lingering_) loop_.lingering.remove(*lingering_);
  lingering_.reset();
}

}  // namespace bridge
