#include "bridge/mqtt/broker_session.h"

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <future>
#include <utility>

#include "bridge/core/clock.h"
#include "bridge/core/server_uri.h"
#include "bridge/tls/client_context.h"
#include "client_id.h"
#include "session/session_driver.h"
#include "session/session_host.h"
#include "transport/broker_address.h"
#include "transport/connector.h"

namespace bridge {
namespace {

std::shared_ptr<TlsClientContext> tls_of(const std::vector<mqtt::BrokerAddress>& addresses,
                                         const TlsSettings& settings) {
  for (const mqtt::BrokerAddress& address : addresses)
    if (address.tls) return std::make_shared<TlsClientContext>(settings);
  return nullptr;
}

std::vector<mqtt::BrokerAddress> addresses_of(const MqttSettings& settings) {
  std::vector<mqtt::BrokerAddress> addresses;
  for (const std::string& uri : server_uris(settings)) addresses.push_back(mqtt::broker_address(uri));
  return addresses;
}

}  // namespace

/// The driver on its loop: its turns, its timer, its sockets.
class BrokerSession::Impl : private mqtt::SessionHost {
 public:
  Impl(const MqttSettings& settings, Loop& loop, Logger& logger, Counters& counters)
      : loop_(loop),
        timer_(loop.context()),
        connector_(loop.context()),
        addresses_(addresses_of(settings)),
        tls_(tls_of(addresses_, settings.tls)),
        driver_(settings, *this, clock_, logger, counters) {}

  mqtt::SessionDriver& driver() { return driver_; }
  Loop& loop() { return loop_; }
  bool is_connected() const { return connected_; }
  bool reload() {
    if (tls_) tls_->reload();
    return tls_ != nullptr;
  }

 private:
  /// Handlers that are ready now run before the turn, so that all that they publish goes out in one write.
  void ask_for_turn() override {
    if (std::exchange(turn_asked_, true)) return;
    asio::post(loop_.context(), [this] {
      turn_asked_ = false;
      driver_.turn();
      connected_ = driver_.is_connected();
    });
  }

  void wake_at(TimePoint when) override {
    if (when >= wakes_at_) return;
    wakes_at_ = when;
    timer_.expires_at(when);
    timer_.async_wait([this](const std::error_code& error) {
      if (error) return;
      wakes_at_ = TimePoint::max();
      driver_.on_time();
      connected_ = driver_.is_connected();
    });
  }

  void open(std::size_t server, std::chrono::milliseconds limit) override {
    connector_.connect(addresses_[server], tls_, limit,
                       [this](mqtt::ConnectResult result) { driver_.opened(std::move(result)); });
  }

  void cancel_open() override { connector_.cancel(); }

  void dispose(std::unique_ptr<mqtt::Transport> transport) override {
    asio::post(loop_.context(), [transport = std::shared_ptr<mqtt::Transport>(std::move(transport))] {});
  }

  Loop& loop_;
  const SteadyClock clock_;
  asio::steady_timer timer_;
  TimePoint wakes_at_ = TimePoint::max();
  mqtt::Connector connector_;
  const std::vector<mqtt::BrokerAddress> addresses_;
  const std::shared_ptr<TlsClientContext> tls_;
  bool turn_asked_ = false;
  std::atomic<bool> connected_ = false;
  mqtt::SessionDriver driver_;
};

BrokerSession::BrokerSession(const MqttSettings& settings, Loop& loop, Logger& logger, Counters& counters)
    : impl_(std::make_unique<Impl>(settings, loop, logger, counters)) {}
BrokerSession::~BrokerSession() = default;

Session& BrokerSession::session() { return impl_->driver(); }

void BrokerSession::start(SessionObserver& observer, std::function<bool()> is_alone) {
  impl_->loop().post(
      [this, &observer, is_alone = std::move(is_alone)] { impl_->driver().start(observer, is_alone); });
}

void BrokerSession::stop() {
  std::promise<void> left;
  impl_->loop().post([&] { impl_->driver().stop([&] { left.set_value(); }); });
  left.get_future().wait();
}

bool BrokerSession::reload() { return impl_->reload(); }
bool BrokerSession::connected() const { return impl_->is_connected(); }
std::string BrokerSession::why_not_connected() const { return impl_->driver().log().standing(); }

std::string client_id_of(const MqttSettings& settings) {
  return settings.client_id.empty() ? mqtt::make_client_id() : settings.client_id;
}

}  // namespace bridge
