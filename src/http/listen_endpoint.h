#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <string>

#include "bridge/core/settings.h"

namespace bridge {

/// Where the bridge listens: an address and a port, or a Unix socket.
class ListenEndpoint {
 public:
  using Endpoint = asio::generic::stream_protocol::endpoint;
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

  explicit ListenEndpoint(const HttpSettings& settings);

  /// Opens, binds and listens.
  /// @throws std::system_error
  void open(Acceptor& acceptor) const;
  /// Removes the name of a Unix socket.
  void remove() const;
  /// For people: "127.0.0.1 port 8000", "unix:/run/http.sock".
  std::string text() const;

 private:
  bool is_unix() const { return !path_.empty(); }
  void make_room() const;

  const std::string path_;  // of a Unix socket
  const HttpSettings& settings_;
};

/// What connections are counted by: an IPv4 address, the /64 of an IPv6 address, since whoever has one
/// address of it has all, or nothing for a Unix socket.
std::string address_group(const ListenEndpoint::Endpoint& peer);

}  // namespace bridge
