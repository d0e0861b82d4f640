#include "connection.h"

#include <algorithm>
#include <exception>

#include "cross_origin.h"
#include "refusal.h"

namespace bridge {
namespace {

constexpr std::chrono::seconds finish_timeout{1};  // for a request that is arriving
constexpr std::chrono::seconds write_timeout{30};

}  // namespace

/// Goes on with `step` when the channel can.
template <class Step>
void Connection::when(Channel::Progress what_for, Step step) {
  auto go_on = [self = shared_from_this(), step] { step(*self); };
  if (what_for == Channel::Progress::wants_write)
    channel_.when_writable(std::move(go_on));
  else
    channel_.when_readable(std::move(go_on));
}

void Connection::start() {
  if (!channel_.prepare()) return close();
  if (channel_.needs_handshake()) {
    enter(State::handshaking, loop_.settings.handshake_timeout);
    return shake_hands();
  }
  enter(State::reading, loop_.settings.idle_timeout);
  wait_readable();
}

void Connection::reject_at_accept(const Error& error) {
  if (!channel_.prepare() || channel_.needs_handshake()) return close();
  rejected_at_accept_ = true;
  refuse_request(error);
}

/// @return the present time.
TimePoint Connection::enter(State state, std::chrono::seconds allowed) {
  const TimePoint now = std::chrono::steady_clock::now();
  state_ = state;
  deadline_ = now + allowed;
  loop_.due = std::min(loop_.due, is_idle() ? now : deadline_);  // when idle it has memory to release
  return now;
}

void Connection::shorten_deadline(std::chrono::seconds allowed) {
  deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + allowed);
  loop_.due = std::min(loop_.due, deadline_);
}

void Connection::shake_hands() {
  if (!is_open() || state_ != State::handshaking) return;
  switch (const auto progress = channel_.handshake()) {
    case Channel::Progress::done:
      enter(State::reading, loop_.settings.idle_timeout);
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
  // what lingers is read below TLS
  channel_.when_bytes_come(state_ == State::lingering, [self = shared_from_this()] {
    if (self->is_open() && self->wants_bytes()) self->on_readable();
  });
}

/// False, say, once finish() has read what was waited for, and has closed or answered.
bool Connection::wants_bytes() const {
  return state_ == State::reading || state_ == State::lingering || writer_.has_stream();
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
  if (state_ == State::lingering || writer_.has_stream()) {  // nothing that comes now is read as a request
    lingerer_.discard(bytes);
    return wait_readable();
  }
  reader_.append({loop_.scratch->data(), bytes});
  advance();
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
  if (!is_open() || state_ != State::reading) return;
  if (!is_idle()) channel_.acknowledge();  // the rest of the request may wait for it
  wait_readable();
}

void Connection::take_requests() {
  using Progress = RequestReader::Progress;
  while (is_open() && state_ == State::reading) {
    switch (reader_.take(loop_.settings)) {
      case Progress::nothing:
        return;
      case Progress::head_begun:
        enter(State::reading, loop_.settings.head_timeout);
        return;
      case Progress::head_complete:
        begin_body();
        break;
      case Progress::request_complete:
        handle();
        break;
    }
  }
}

void Connection::begin_body() {
  loop_.origin_rules.check(reader_.head());
  const TimePoint now = enter(State::reading, finishing_ ? finish_timeout : loop_.settings.body_timeout);
  invite_content();
  reader_.begin_body(now, loop_.settings.max_body);
}

/// Sends `100 Continue`, if the client waits for it (RFC 9110, 10.1.1). A request without a route is answered
/// at once instead.
void Connection::invite_content() {
  if (!reader_.awaits_invitation()) return;
  if (!loop_.gateway.has_route_for(reader_.head())) return reader_.expect_no_content();
  static constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
  if (channel_.write(invitation).bytes != invitation.size()) close();
}

void Connection::handle() {
  loop_.counters.http_requests.add();
  enter(State::answering, loop_.answer_timeout);
  loop_.gateway.handle(reader_.head(), reader_.take_content(), make_responder(), *this);
}

Responder Connection::make_responder() {
  return Responder([waiting = weak_from_this()](Response response) {
    // The client may be gone, and with it the loop: nothing of either is touched before this.
    auto self = waiting.lock();
    if (!self) return ResponseWriter::abandon(response);
    LoopContext& loop = self->loop_;
    if (loop.io.get_executor().running_in_this_thread()) return self->answer(std::move(response));
    loop.deliver({std::move(self), std::make_unique<Response>(std::move(response))});
  });
}

/// Which responses are large is known before they are there.
void Connection::reserve(std::size_t bytes) {
  if (bytes <= kept_capacity) return;
  count_memory();  // the content is the handler's by now
  if (memory_.reserve(bytes)) return;
  loop_.counters.http_overloads.add();
  throw out_of_memory();
}

void Connection::receive(std::unique_ptr<Response> given) {
  if (given)
    answer(std::move(*given));
  else
    pump_stream();
}

void Connection::answer(Response response) {
  if (!is_open() || state_ != State::answering)
    return ResponseWriter::abandon(response);  // the client was told, or is gone
  const RequestHead& head = reader_.head();
  if (const auto origin = head.field("Origin"); origin && loop_.origin_rules.is_allowed_page(*origin))
    add_cross_origin_fields(head, response);
  const bool head_only = head.method == "HEAD";
  // who has left out the length has most likely sent content, which would be taken for the next request
  constexpr int length_required = 411;
  keep_alive_ = head.keep_alive && !finishing_ && !response.stream && response.status != length_required;
  std::string wire = to_wire(response, {keep_alive_, head.http_1_0, head_only});
  memory_.free_reserved();
  if (wire.size() > kept_capacity) count_memory();
  const bool fits = wire.size() <= kept_capacity || memory_.has_room_for(wire.size());
  if (!fits && is_replaceable(response, head)) {
    loop_.counters.http_overloads.add();
    ResponseWriter::abandon(response);
    return refuse_request(out_of_memory());
  }
  if (head_only) ResponseWriter::abandon(response);
  if (response.stream && !head_only) writer_.follow(std::move(response.stream), head.http_1_0);
  send(std::move(wire));
  if (writer_.has_stream() && is_open()) begin_stream();
}

/// Answers what was not a request, and closes: where the next one would begin is not known.
void Connection::refuse_request(const Error& error) {
  keep_alive_ = false;
  const std::string_view head = reader_.head_so_far();
  send(to_wire(refusal_of(error, head, loop_.origin_rules),
               {.keep_alive = false, .head_only = head.starts_with("HEAD ")}));
}

void Connection::refuse_beyond_limit() {
  count_memory();
  if (!is_open() || state_ != State::reading || reader_.memory() == 0 || memory_.has_room_for(0)) return;
  loop_.counters.http_overloads.add();
  refuse_request(out_of_memory());
  reader_.give_up();
  count_memory();
}

void Connection::send(std::string wire) {
  memory_.free_reserved();
  writer_.begin(std::move(wire));
  enter(State::writing, write_timeout);
  write_rest();
}

void Connection::write_rest() {
  if (!is_open() || state_ != State::writing) return;
  const auto [progress, bytes] = channel_.write(writer_.unsent());
  writer_.sent(bytes);
  if (progress == Channel::Progress::ended) return close();
  if (writer_.unsent().empty()) return on_written();
  count_memory();
  when(progress, [](Connection& self) {
    self.write_rest();
    self.pump_stream();
  });
}

void Connection::on_written() {
  writer_.finish();
  if (writer_.has_stream()) {
    enter(State::streaming, write_timeout);
    return;
  }
  if (!keep_alive_ || finishing_) return linger();
  enter(State::reading, loop_.settings.idle_timeout);
  advance();
}

void Connection::begin_stream() {
  writer_.attach([waiting = weak_from_this()] {
    auto self = waiting.lock();
    if (!self) return;
    LoopContext& loop = self->loop_;
    loop.deliver({std::move(self), nullptr});
  });
  if (finishing_) writer_.end_stream();
  pump_stream();
  if (is_open()) wait_readable();  // to see the client leave
}

/// Hands the socket what the stream has, as long as it takes it.
void Connection::pump_stream() {
  while (is_open() && state_ == State::streaming) {
    std::string chunk = writer_.take_chunk();
    if (chunk.empty() && writer_.has_stream()) {
      deadline_ = TimePoint::max();  // it is the sender's turn
      return;
    }
    send(std::move(chunk));
  }
}

/// Reads on after the last answer, for as long as the client sends, see Lingerer.
void Connection::linger() {
  if (!channel_.end_sending()) return close();
  release_memory();
  count_memory();
  const TimePoint now = enter(State::lingering, Lingerer::timeout);
  lingerer_.begin(loop_.lingering, *this, now, rejected_at_accept_ ? Lingerer::timeout : Lingerer::longest);
  if (Connection* oldest = loop_.lingering.surplus()) {
    loop_.counters.http_lingering_ended.add();
    oldest->close();
  }
  if (is_open()) wait_readable();
}

void Connection::check_deadline(TimePoint now) {
  if (!is_open()) return;
  if (is_idle() && reader_.unread().empty()) release_memory();
  if (now < deadline_) return;
  if (state_ == State::reading) return check_arrival(now);
  if (state_ == State::answering)
    return refuse_request(
        Error(Errc::unconfirmed, "there was no answer in time; the request may still take effect"));
  const auto next = state_ == State::lingering ? lingerer_.next_deadline(now) : std::nullopt;
  if (!next) return close();
  deadline_ = *next;
}

/// At the deadline for a request to arrive.
void Connection::check_arrival(TimePoint now) {
  if (is_idle()) return close();
  const bool may_go_on = reader_.stage() == RequestReader::Stage::body && !finishing_;
  const auto next = may_go_on ? reader_.next_deadline(now, loop_.settings) : std::nullopt;
  if (!next) return refuse_request(reader_.timeout());
  deadline_ = *next;
}

void Connection::count_memory() { memory_.hold(is_open() ? reader_.memory() + writer_.memory() : 0); }

/// A connection that has been idle for a moment keeps no buffer: there may be thousands.
void Connection::release_memory() {
  reader_.release();
  writer_.release();
}

void Connection::finish() {
  finishing_ = true;
  if (writer_.has_stream()) return writer_.end_stream();
  if (state_ == State::handshaking || state_ == State::lingering) return close();
  if (is_idle()) on_readable();  // what has arrived is in flight, though nobody has looked
  if (!is_open()) return;
  if (is_idle()) return close();
  if (state_ == State::reading) shorten_deadline(finish_timeout);
}

void Connection::close() {
  if (!is_open()) return;
  channel_.close();
  lingerer_.leave();
  memory_.release();
  writer_.abandon_stream();
  loop_.closed(shared_from_this());
}

}  // namespace bridge
