#pragma once

#include <asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "bridge/core/logger.h"
#include "bridge/core/settings.h"
#include "bridge/tls/server_context.h"
#include "event_loop.h"
#include "listen_endpoint.h"

namespace bridge {

/// Accepts connections on the first loop and deals them out to all. When the process is out of descriptors it
/// pauses instead of spinning; beyond a limit of connections a client is told 503 and closed.
class Listener {
 public:
  /// @param tls null: plain HTTP.
  Listener(const HttpSettings& settings, const std::vector<std::unique_ptr<EventLoop>>& loops,
           ConnectionCount& open, const TlsServerContext* tls, Logger& logger, Counters& counters);

  /// @throws Error internal if the address cannot be listened on.
  void open();
  /// From the thread of open().
  void close();
  /// For people.
  std::string where() const { return endpoint_.text(); }

 private:
  using Socket = Channel::Socket;

  void accept();
  void accepted(Socket socket, EventLoop& loop);
  void pause(const std::error_code& error);

  ListenEndpoint endpoint_;
  const std::vector<std::unique_ptr<EventLoop>>& loops_;
  ConnectionCount& open_;
  const TlsServerContext* tls_;
  Logger& logger_;
  Counters& counters_;
  ListenEndpoint::Acceptor acceptor_;
  asio::steady_timer pause_;
  std::size_t next_loop_ = 0;
  bool is_open_ = false;  // and a Unix socket stands in the file system
  TimePoint told_at_{};   // when the log last said that it pauses
};

}  // namespace bridge
