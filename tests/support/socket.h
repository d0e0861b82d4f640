#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/timing.h"

namespace bridge::test {

/// A connected TCP socket on loopback. Closed with its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() { close(); }
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// @throws std::system_error if nothing listens there.
  static Socket connect_to(std::uint16_t port);
  /// @param from an address of loopback.
  static Socket connect_to(std::uint16_t port, const char* from);
  /// To a Unix socket.
  static Socket connect_to(const std::string& path);

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  /// @return false if the peer has closed.
  bool send_all(std::string_view bytes) const;
  /// Receives at least one byte. @return an empty string if the peer has closed, none if `deadline` has
  /// passed.
  std::optional<std::string> receive(TimePoint deadline) const;
  /// Says that nothing more will be sent.
  void shut_down_sending() const;
  /// Ends both directions, so that a thread that waits in receive() comes back.
  void shut_down() const;
  void close();

 private:
  int descriptor_ = -1;
};

/// A listening socket on 127.0.0.1.
class Listener {
 public:
  /// @param port 0: any that is free. @throws std::system_error if it is taken.
  explicit Listener(std::uint16_t port = 0);

  std::uint16_t port() const { return port_; }
  /// The next connection; a closed Socket when `deadline` has passed or shut_down() was called.
  Socket accept(TimePoint deadline) const;
  void shut_down() const { socket_.shut_down(); }

 private:
  Socket socket_;
  std::uint16_t port_ = 0;
};

/// @return true if something on 127.0.0.1 accepts connections at `port`.
bool port_is_open(std::uint16_t port);

/// A port on 127.0.0.1 that is free, and that no other test is given while this process runs.
std::uint16_t free_port();

}  // namespace bridge::test
