#pragma once

#include <sys/types.h>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <optional>
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
  void open(Acceptor& acceptor);
  /// Removes the name of a Unix socket, unless another process has put a socket of its own there since. Call
  /// it while the acceptor is open: until then no other file can have the inode of ours.
  void remove() const;
  /// For people: "127.0.0.1 port 8000", "unix:/run/http.sock".
  std::string text() const;

 private:
  struct FileIdentity {
    dev_t device;
    ino_t inode;
    bool operator==(const FileIdentity&) const = default;
  };

  bool is_unix() const { return !path_.empty(); }
  void make_room() const;
  std::optional<FileIdentity> what_is_there() const;

  const std::string path_;             // of a Unix socket
  std::optional<FileIdentity> bound_;  // the socket that open() made
  const HttpSettings& settings_;
};

/// The key that connections of one client are counted under: an IPv4 address; the /64 of an IPv6 address,
/// since a client that has one address of it has all; empty for a Unix socket.
std::string address_group(const ListenEndpoint::Endpoint& peer);

}  // namespace bridge
