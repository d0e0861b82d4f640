#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/core/logger.h"
#include "bridge/core/outbox.h"
#include "bridge/core/settings.h"
#include "bridge/loop/loops.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/publisher.h"
#include "bridge/relay/repeated_requests.h"
#include "bridge/relay/subscriptions.h"

namespace bridge {

/// The parts that the handlers work with; all of them must outlive the server.
struct HttpServices {
  Publisher& publisher;
  RepeatedRequests& repeats;
  Outbox* outbox;  // null: there is none
  Subscriptions& subscriptions;
  /// The reasons why the bridge is not ready; empty if it is. Called from any thread.
  std::function<std::vector<std::string>()> unready_reasons;
  /// Conditions that its operator should look at, although it is ready. Called from any thread.
  std::function<std::vector<std::string>()> warnings;
  std::string_view version = "";  // of the program, for people
};

/// The HTTP side: accepts connections and serves them on a few event loops.
class HttpServer {
 public:
  /// @throws Error invalid_setting for certificates that cannot be used.
  /// @param loops must outlive it, or end before it does.
  HttpServer(Loops& loops, const Settings& settings, const HttpServices& services, Logger& logger,
             Counters& counters);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens and begins to serve.
  /// @throws Error internal if the address cannot be listened on; the detail says why, for the log.
  void start();
  /// Reads renewed certificates, for connections from now on; those that are open stay.
  /// @return false if it serves without any.
  /// @throws Error invalid_setting if they cannot be used; then the earlier ones go on.
  bool reload();
  /// Accepts no more connections, closes idle ones, and waits until all requests are answered; at most
  /// `limit`.
  void drain(std::chrono::milliseconds limit);
  /// Drains once more, for requests that were answered since, then closes all connections.
  void stop(std::chrono::milliseconds limit);

  /// The address that it listens on, for people.
  std::string where() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bridge
