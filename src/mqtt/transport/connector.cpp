#include "connector.h"

#include <asio/ip/address.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <charconv>
#include <utility>

#include "address_race.h"
#include "bridge/tls/client_context.h"
#include "name_lookup.h"
#include "tcp_transport.h"
#include "tls_transport.h"
#include "websocket_transport.h"

namespace bridge::mqtt {
namespace {

using Endpoint = asio::ip::tcp::endpoint;

std::string seconds_text(std::chrono::milliseconds time) {
  const auto tenths = (time.count() + 50) / 100;
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text + " s";
}

std::uint16_t port_number(const std::string& text) {
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

}  // namespace

/// One connection in the making: each step calls the next; the timer ends whichever is under way.
class Connector::Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(asio::io_context& io, BrokerAddress address, std::shared_ptr<const TlsClientContext> tls,
          std::chrono::milliseconds timeout, Done done)
      : io_(io),
        address_(std::move(address)),
        tls_(std::move(tls)),
        timeout_(timeout),
        done_(std::move(done)),
        timer_(io),
        lookup_(io) {}

  void start();
  void cancel();

 private:
  enum class Step { resolving, connecting, tls, websocket };

  void resolve();
  void race(const std::vector<Endpoint>& endpoints);
  void begin_tls();
  void begin_websocket();
  void shake_hands(std::unique_ptr<Layer> layer, void (Attempt::*next)());
  void succeed() { finish(std::move(transport_)); }
  void fail(ConnectFailure failure);
  void finish(ConnectResult result);
  std::string words_of_timeout() const;
  /// Calls a member function on a later turn, unless the attempt is over by then: the caller may be the
  /// transport that the step replaces.
  void later(void (Attempt::*step)());

  asio::io_context& io_;
  const BrokerAddress address_;
  const std::shared_ptr<const TlsClientContext> tls_;
  const std::chrono::milliseconds timeout_;
  Done done_;  // null: over
  asio::steady_timer timer_;
  NameLookup lookup_;
  std::shared_ptr<AddressRace> race_;
  Step step_ = Step::resolving;
  std::unique_ptr<Carrier> transport_;
};

void Connector::Attempt::start() {
  timer_.expires_after(timeout_);
  timer_.async_wait([self = shared_from_this()](const std::error_code& error) {
    if (!error) self->fail({ConnectFailure::Kind::timed_out, self->words_of_timeout()});
  });
  resolve();
}

void Connector::Attempt::resolve() {
  std::error_code error;
  const asio::ip::address literal = asio::ip::make_address(address_.host, error);
  if (!error) return race({Endpoint(literal, port_number(address_.port))});
  lookup_.start(
      address_.host, address_.port,
      [self = shared_from_this()](const std::vector<Endpoint>& endpoints, const std::string& fault) {
        if (!endpoints.empty()) return self->race(in_turns(endpoints));
        self->fail({ConnectFailure::Kind::unreachable, fault});
      });
}

void Connector::Attempt::race(const std::vector<Endpoint>& endpoints) {
  step_ = Step::connecting;
  race_ = std::make_shared<AddressRace>(io_, endpoints);
  race_->start(
      [self = shared_from_this()](std::optional<asio::ip::tcp::socket> socket, const std::string& fault) {
        self->race_.reset();
        if (!socket) return self->fail({ConnectFailure::Kind::unreachable, fault});
        self->transport_ = std::make_unique<TcpTransport>(std::move(*socket));
        self->begin_tls();
      });
}

void Connector::Attempt::begin_tls() {
  if (!address_.tls) return begin_websocket();
  step_ = Step::tls;
  SslPtr session = tls_ == nullptr ? nullptr : tls_->session(address_.host);
  if (!session)
    return fail({ConnectFailure::Kind::tls, "TLS cannot be used for the host name " + address_.host});
  shake_hands(std::make_unique<TlsTransport>(std::move(transport_), std::move(session)),
              &Attempt::begin_websocket);
}

void Connector::Attempt::begin_websocket() {
  if (!address_.websocket) return succeed();
  step_ = Step::websocket;
  shake_hands(std::make_unique<WebSocketTransport>(std::move(transport_), address_), &Attempt::succeed);
}

void Connector::Attempt::shake_hands(std::unique_ptr<Layer> layer, void (Attempt::*next)()) {
  Layer& shaking = *layer;
  transport_ = std::move(layer);
  // `this` stays valid: the attempt owns the transport, which calls nothing once it is destroyed.
  shaking.shake_hands([this, next](std::optional<ConnectFailure> failure) {
    if (!failure) return later(next);
    if (failure->kind == ConnectFailure::Kind::closed_silently && step_ == Step::tls)
      failure->words += " (is this a TLS port?)";
    fail(std::move(*failure));
  });
}

void Connector::Attempt::later(void (Attempt::*step)()) {
  asio::post(io_, [self = shared_from_this(), step] {
    if (self->done_) (self.get()->*step)();
  });
}

void Connector::Attempt::fail(ConnectFailure failure) { finish(std::move(failure)); }

void Connector::Attempt::finish(ConnectResult result) {
  if (!done_) return;
  timer_.cancel();
  lookup_.cancel();
  if (race_) race_->cancel();
  asio::post(io_, [self = shared_from_this(), result = std::move(result)]() mutable {
    const Done done = std::exchange(self->done_, nullptr);
    self->transport_.reset();
    if (done) done(std::move(result));
  });
}

void Connector::Attempt::cancel() {
  done_ = nullptr;
  timer_.cancel();
  lookup_.cancel();
  if (race_) race_->cancel();
  transport_.reset();
}

std::string Connector::Attempt::words_of_timeout() const {
  const std::string limit = " within " + seconds_text(timeout_);
  switch (step_) {
    case Step::resolving:
      return "the name was not resolved" + limit;
    case Step::connecting:
      break;
    case Step::tls:
      return "connected, but the TLS handshake did not end" + limit;
    case Step::websocket:
      return "connected, but the WebSocket handshake did not end" + limit;
  }
  return "no answer" + limit;
}

Connector::Connector(asio::io_context& io) : io_(io) {}

Connector::~Connector() {
  try {
    cancel();
  } catch (const std::exception&) {  // the timer is not cancelled: its handler finds the attempt gone
    attempt_.reset();
  }
}

void Connector::connect(const BrokerAddress& address, std::shared_ptr<const TlsClientContext> tls,
                        std::chrono::milliseconds timeout, Done done) {
  cancel();
  attempt_ = std::make_shared<Attempt>(io_, address, std::move(tls), timeout, std::move(done));
  attempt_->start();
}

void Connector::cancel() {
  if (const auto attempt = std::exchange(attempt_, nullptr)) attempt->cancel();
}

}  // namespace bridge::mqtt
