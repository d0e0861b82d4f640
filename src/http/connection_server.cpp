#include "connection_server.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace bridge {
namespace {

std::size_t loops_wanted(std::size_t configured) {
  return configured != 0 ? configured : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

ConnectionServer::ConnectionServer(const HttpSettings& settings, std::chrono::seconds answer_timeout,
                                   const HttplibGateway& gateway, Logger& logger, Counters& counters)
    : refusals_(logger, clock_), open_(settings.max_connections, settings.max_connections_per_address) {
  if (!settings.tls.cert_file.empty()) tls_ = std::make_unique<TlsServerContext>(settings.tls);
  const std::size_t wanted = loops_wanted(settings.threads);
  for (std::size_t i = 0; i < wanted; ++i)
    loops_.push_back(
        std::make_unique<EventLoop>(settings, wanted, answer_timeout, gateway, refusals_, counters, open_));
  listener_ = std::make_unique<Listener>(settings, loops_, open_, tls_.get(), logger, counters);
}

void ConnectionServer::start() {
  listener_->open();
  for (const auto& loop : loops_) loop->start();
}

bool ConnectionServer::reload() {
  if (tls_) tls_->reload();
  return tls_ != nullptr;
}

void ConnectionServer::drain(std::chrono::milliseconds limit) {
  listener_->close();
  for (const auto& loop : loops_) loop->finish();
  open_.wait_for_none(std::chrono::steady_clock::now() + limit);
}

void ConnectionServer::stop(std::chrono::milliseconds limit) {
  if (std::exchange(stopped_, true)) return;
  drain(limit);
  for (const auto& loop : loops_) loop->stop();
}

TimePoint ConnectionServer::last_sign_of_life() const {
  TimePoint oldest = loops_.front()->last_sign_of_life();
  for (const auto& loop : loops_) oldest = std::min(oldest, loop->last_sign_of_life());
  return oldest;
}

}  // namespace bridge
