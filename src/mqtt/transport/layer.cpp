#include "layer.h"

#include <array>
#include <utility>

namespace bridge::mqtt {
namespace {

/// Bytes of the broker's that are held between the handshake and start(). A broker that waits for CONNECT
/// (MQTT 5.0, 3.1.0-1) sends none.
constexpr std::size_t max_held = 65536;

}  // namespace

void Layer::shake_hands(HandshakeDone done) {
  done_ = std::move(done);
  lower_->start({[this](std::string_view bytes) { on_received(bytes); }, [this] { on_writable(); },
                 [this](const TransportEnd& end) { on_closed(end); }});
  call_later([this] { advance_handshake({}); });
}

void Layer::start(TransportEvents events) {
  events_ = std::move(events);
  call_later([this] { let_flow(); });
}

void Layer::on_received(std::string_view bytes) {
  if (state_ == State::flowing) {
    decode(bytes);
    flush_unasked();
  } else if (state_ == State::held) {
    hold(bytes);
  } else if (state_ == State::shaking) {
    advance_handshake(bytes);
  }
}

void Layer::advance_handshake(std::string_view bytes) {
  if (state_ != State::shaking) return;
  HandshakeStep step = shake(bytes);
  if (step.failure) return fail_handshake(std::move(*step.failure));
  flush();
  if (!step.done) return;
  state_ = State::held;
  hold(bytes);
  std::exchange(done_, nullptr)(std::nullopt);
}

void Layer::fail_handshake(ConnectFailure failure) {
  state_ = State::ended;
  lower_->close_after(take_outgoing());  // an alert, say
  std::exchange(done_, nullptr)(std::move(failure));
}

void Layer::hold(std::string_view bytes) {
  if (held_end_) return;
  held_.append(bytes);
  if (held_.size() <= max_held) return;
  held_end_ = TransportEnd{false, "the broker sends much before it is spoken to"};
  lower_->close();
}

void Layer::let_flow() {
  if (state_ != State::held) return;
  state_ = State::flowing;
  const std::string bytes = std::exchange(held_, std::string());
  if (!bytes.empty()) decode(bytes);
  flush_unasked();
  if (held_end_) end(*std::exchange(held_end_, std::nullopt));
}

void Layer::on_closed(const TransportEnd& lower_end) {
  if (state_ == State::flowing) return end(lower_end);
  if (state_ == State::held && !held_end_) held_end_ = lower_end;
  if (state_ != State::shaking) return;
  ConnectFailure failure{ConnectFailure::Kind::closed_silently, lower_end.words};
  if (!lower_end.by_peer) failure.kind = ConnectFailure::Kind::unreachable;
  failure.words += " during the " + std::string(name()) + " handshake";
  fail_handshake(std::move(failure));
}

void Layer::end(const TransportEnd& end) {
  if (has_ended()) return;
  state_ = State::ended;
  lower_->close_after(take_outgoing());
  events_.on_closed(end);
}

std::size_t Layer::write(std::span<const std::string_view> parts) {
  if (state_ != State::held && state_ != State::flowing) return 0;
  PartsReader reader(parts);
  std::size_t taken = 0;
  while (flush()) {
    const std::size_t encoded = encode(reader);
    if (encoded == 0) break;
    taken += encoded;
  }
  owes_on_writable_ = taken < total_size(parts);
  return taken;
}

/// @return true if the lower Transport has taken all.
bool Layer::flush() {
  if (unsent() == 0) return true;
  const std::array<std::string_view, 1> rest{std::string_view(outgoing_).substr(sent_)};
  sent_ += lower_->write(rest);
  if (unsent() > 0) return false;
  outgoing_.clear();
  sent_ = 0;
  return true;
}

/// decode() may have made bytes to send: the answer to a Ping, say. If they leave together with those that
/// waited for room, the lower Transport does not call on_writable() for these.
void Layer::flush_unasked() {
  if (flush() && owes_on_writable_) call_later([this] { on_writable(); });
}

void Layer::on_writable() {
  if (state_ == State::ended || !flush()) return;
  if (std::exchange(owes_on_writable_, false) && events_.on_writable) events_.on_writable();
}

void Layer::close_after(std::string last) {
  if (has_ended()) return;
  const bool established = state_ != State::shaking;
  state_ = State::ended;
  if (established) {
    const std::array<std::string_view, 1> parts{last};
    PartsReader reader(parts);
    while (encode(reader) > 0) {
    }
    say_farewell();
  }
  lower_->close_after(take_outgoing());
}

std::string Layer::take_outgoing() {
  outgoing_.erase(0, std::exchange(sent_, 0));
  return std::exchange(outgoing_, std::string());
}

Traffic Layer::traffic() const {
  Traffic traffic = lower_->traffic();
  traffic.queued += unsent();
  return traffic;
}

}  // namespace bridge::mqtt
