#pragma once

#include <sys/socket.h>

#include <array>
#include <asio/ip/tcp.hpp>
#include <string>

#include "support/socket.h"

namespace bridge::test {

/// A port of loopback that neither answers nor refuses: its queue is full, and the kernel drops further
/// connections.
class FullPort {
 public:
  explicit FullPort(const char* address) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const asio::ip::tcp::endpoint any(asio::ip::make_address(address), 0);
    ::bind(listener_.descriptor(), any.data(), static_cast<socklen_t>(any.size()));
    ::listen(listener_.descriptor(), 0);
    auto size = static_cast<socklen_t>(endpoint_.capacity());
    ::getsockname(listener_.descriptor(), endpoint_.data(), &size);
    for (Socket& waiting : waiting_) {
      waiting = Socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      ::connect(waiting.descriptor(), endpoint_.data(), size);
    }
  }
  const asio::ip::tcp::endpoint& endpoint() const { return endpoint_; }
  std::string port() const { return std::to_string(endpoint_.port()); }

 private:
  Socket listener_;
  asio::ip::tcp::endpoint endpoint_;
  std::array<Socket, 4> waiting_;
};

}  // namespace bridge::test
