#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/logger.h"
#include "bridge/core/settings.h"
#include "bridge/loop/loops.h"
#include "bridge/metrics/counters.h"
#include "bridge/tls/server_context.h"
#include "event_loop.h"
#include "httplib_gateway.h"
#include "listener.h"
#include "refusal_log.h"

namespace bridge {

/// Listens, and serves what comes by the routes of a gateway: the connection layer as a whole, which knows
/// nothing of what the routes do. `settings` and `gateway` must outlive it.
class ConnectionServer {
 public:
  /// @param answer_timeout after which a request that its handler has not answered is told 504.
  /// @throws Error invalid_setting for certificates that cannot be used.
  /// @param loops on which it serves; they must outlive it, or end before it does.
  ConnectionServer(Loops& loops, const HttpSettings& settings, std::chrono::seconds answer_timeout,
                   const HttplibGateway& gateway, Logger& logger, Counters& counters);
  ~ConnectionServer() { stop(std::chrono::milliseconds(0)); }
  ConnectionServer(const ConnectionServer&) = delete;
  ConnectionServer& operator=(const ConnectionServer&) = delete;

  // As HttpServer has them.
  void start();
  bool reload();
  void drain(std::chrono::milliseconds limit);
  void stop(std::chrono::milliseconds limit);
  std::string where() const { return listener_->where(); }

 private:
  const SteadyClock clock_;
  RefusalLog refusals_;
  ConnectionCount open_;
  std::unique_ptr<TlsServerContext> tls_;
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::unique_ptr<Listener> listener_;
  bool stopped_ = false;
};

}  // namespace bridge
