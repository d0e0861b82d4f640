#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "carrier.h"
#include "connector.h"
#include "parts_reader.h"

namespace bridge::mqtt {

/// A protocol on top of another Transport: first a handshake, then written bytes are encoded and arriving
/// ones decoded. This class has what TLS and WebSocket share; the subclasses know the bytes.
class Layer : public Carrier {
 public:
  using HandshakeDone = std::function<void(std::optional<ConnectFailure>)>;

  explicit Layer(std::unique_ptr<Carrier> lower) : lower_(std::move(lower)) {}

  /// Before start(). `done` is called once, from within an event of the lower Transport: it must not destroy
  /// this, and may start() it. After a failure this is closed.
  void shake_hands(HandshakeDone done);

  void start(TransportEvents events) final;
  std::size_t write(std::span<const std::string_view> parts) final;
  void close_after(std::string last) final;
  void call_later(std::function<void()> task) final { lower_->call_later(std::move(task)); }
  Traffic traffic() const final;

 protected:
  struct HandshakeStep {
    bool done = false;
    std::optional<ConnectFailure> failure;
  };

  /// The next step of the handshake; takes what belongs to it off the front of `bytes`. First called without
  /// any.
  virtual HandshakeStep shake(std::string_view& bytes) = 0;
  /// The name of the handshake, for words.
  virtual std::string_view name() const = 0;
  /// Decodes all of `bytes`, and hands on what is in them by deliver() and end().
  virtual void decode(std::string_view bytes) = 0;
  /// Puts a bounded part of what is to be written into outgoing(). @return how many bytes of it; 0 only at
  /// its end, or if the connection is broken.
  virtual std::size_t encode(PartsReader& parts) = 0;
  /// Puts the protocol's last words into outgoing().
  virtual void say_farewell() = 0;

  /// Encoded bytes on their way to the lower Transport.
  std::string& outgoing() { return outgoing_; }
  std::size_t unsent() const { return outgoing_.size() - sent_; }
  void deliver(std::string_view bytes) { events_.on_received(bytes); }
  /// Tells that the connection has ended, and closes it; what is in outgoing() still leaves.
  void end(const TransportEnd& end);
  bool has_ended() const { return state_ == State::ended; }

 private:
  enum class State { shaking, held, flowing, ended };  // held: between the handshake and start()

  void on_received(std::string_view bytes);
  void on_writable();
  void on_closed(const TransportEnd& end);
  void advance_handshake(std::string_view bytes);
  void hold(std::string_view bytes);
  void let_flow();
  void fail_handshake(ConnectFailure failure);
  bool flush();
  void flush_unasked();
  std::string take_outgoing();

  std::unique_ptr<Carrier> lower_;
  State state_ = State::shaking;
  HandshakeDone done_;
  TransportEvents events_;
  std::string held_;                      // arrived before it was to flow
  std::optional<TransportEnd> held_end_;  // behind that
  std::string outgoing_;
  std::size_t sent_ = 0;  // of outgoing_
  bool owes_on_writable_ = false;
};

}  // namespace bridge::mqtt
