#pragma once

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "bridge/core/logger.h"
#include "bridge/core/settings.h"
#include "event_loop.h"

namespace bridge {

/// Accepts connections on the first loop and deals them out to all. When the process is out of descriptors it
/// pauses instead of spinning; beyond a limit of connections a client is told 503 and closed.
class Listener {
 public:
  Listener(const HttpSettings& settings, const std::vector<std::unique_ptr<EventLoop>>& loops,
           ConnectionCount& open, Logger& logger, Counters& counters);

  /// @throws Error internal if the address cannot be listened on.
  void open();
  /// Any thread.
  void close();

 private:
  void accept();
  void accepted(asio::ip::tcp::socket socket, EventLoop& loop);
  void refuse(asio::ip::tcp::socket socket);
  void pause(const std::error_code& error);

  const HttpSettings& settings_;
  const std::vector<std::unique_ptr<EventLoop>>& loops_;
  ConnectionCount& open_;
  Logger& logger_;
  Counters& counters_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::size_t next_loop_ = 0;
};

}  // namespace bridge
