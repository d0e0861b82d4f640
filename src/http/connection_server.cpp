#include "connection_server.h"

#include <utility>

namespace bridge {
ConnectionServer::ConnectionServer(Loops& loops, const HttpSettings& settings,
                                   std::chrono::seconds answer_timeout, const HttplibGateway& gateway,
                                   Logger& logger, Counters& counters)
    : refusals_(logger, clock_), open_(settings.max_connections, settings.max_connections_per_address) {
  if (!settings.tls.cert_file.empty()) tls_ = std::make_unique<TlsServerContext>(settings.tls);
  for (std::size_t i = 0; i < loops.size(); ++i)
    loops_.push_back(std::make_unique<EventLoop>(loops[i], settings, loops.size(), answer_timeout, gateway,
                                                 refusals_, counters, open_));
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

}  // namespace bridge
