#include "bridge/http/server.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "event_loop.h"
#include "httplib_gateway.h"
#include "listener.h"
#include "routes.h"

namespace bridge {
namespace {

/// Publishes end by themselves, in time; this is for whatever else waits for the broker.
constexpr std::chrono::seconds grace{1};

std::size_t loops_wanted(std::size_t configured) {
  return configured != 0 ? configured : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const Settings& settings, const HttpServices& services, Logger& logger, Counters& counters)
      : settings_(settings),
        services_(services),
        open_(settings.http.max_connections, settings.http.max_connections_per_address) {
    add_routes(gateway_, settings_, services_);
    for (std::size_t i = 0; i < loops_wanted(settings.http.threads); ++i)
      loops_.push_back(std::make_unique<EventLoop>(settings_.http, settings_.mqtt.ack_timeout + grace,
                                                   gateway_, counters, open_));
    listener_ = std::make_unique<Listener>(settings_.http, loops_, open_, logger, counters);
  }

  void start() {
    listener_->open();
    for (const auto& loop : loops_) loop->start();
  }

  void drain(std::chrono::milliseconds limit) {
    listener_->close();
    for (const auto& loop : loops_) loop->finish();
    open_.wait_for_none(std::chrono::steady_clock::now() + limit);
  }

  void stop(std::chrono::milliseconds limit) {
    if (std::exchange(stopped_, true)) return;
    drain(limit);
    for (const auto& loop : loops_) loop->stop();
  }

  TimePoint last_sign_of_life() const {
    TimePoint oldest = loops_.front()->last_sign_of_life();
    for (const auto& loop : loops_) oldest = std::min(oldest, loop->last_sign_of_life());
    return oldest;
  }

 private:
  const Settings settings_;
  const HttpServices services_;
  HttplibGateway gateway_;
  ConnectionCount open_;
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::unique_ptr<Listener> listener_;
  bool stopped_ = false;
};

HttpServer::HttpServer(const Settings& settings, const HttpServices& services, Logger& logger,
                       Counters& counters)
    : impl_(std::make_unique<Impl>(settings, services, logger, counters)) {}
HttpServer::~HttpServer() { stop(std::chrono::milliseconds(0)); }
void HttpServer::start() { impl_->start(); }
void HttpServer::drain(std::chrono::milliseconds limit) { impl_->drain(limit); }
void HttpServer::stop(std::chrono::milliseconds limit) { impl_->stop(limit); }
TimePoint HttpServer::last_sign_of_life() const { return impl_->last_sign_of_life(); }

}  // namespace bridge
