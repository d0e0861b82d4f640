#include "support/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace bridge::test {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* generic(const sockaddr_in& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

int new_socket() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  return descriptor;
}

void send_without_delay(int descriptor) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool wait_readable(int descriptor, TimePoint deadline) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, poll_timeout(deadline)) > 0;
}

}  // namespace

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

Socket Socket::connect_to(std::uint16_t port) {
  Socket socket(new_socket());
  const sockaddr_in address = loopback(port);
  if (::connect(socket.descriptor_, generic(address), sizeof address) != 0) fail("connect");
  send_without_delay(socket.descriptor_);
  return socket;
}

bool Socket::send_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<std::string> Socket::receive(TimePoint deadline) const {
  if (!wait_readable(descriptor_, deadline)) return std::nullopt;
  std::string bytes(65536, '\0');
  const ssize_t received = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  bytes.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
  return bytes;
}

void Socket::shut_down() const {
  if (is_open()) ::shutdown(descriptor_, SHUT_RDWR);
}

void Socket::close() {
  if (is_open()) ::close(std::exchange(descriptor_, -1));
}

Listener::Listener(std::uint16_t port) : socket_(new_socket()) {
  const int on = 1;
  ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(port);
  if (::bind(socket_.descriptor(), generic(address), sizeof address) != 0) fail("bind");
  if (::listen(socket_.descriptor(), SOMAXCONN) != 0) fail("listen");
  socklen_t size = sizeof address;
  if (::getsockname(socket_.descriptor(), static_cast<sockaddr*>(static_cast<void*>(&address)), &size) != 0) {
    fail("getsockname");
  }
  port_ = ntohs(address.sin_port);
}

Socket Listener::accept(TimePoint deadline) const {
  if (!wait_readable(socket_.descriptor(), deadline)) return {};
  Socket accepted(::accept4(socket_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  if (accepted.is_open()) send_without_delay(accepted.descriptor());
  return accepted;
}

bool port_is_open(std::uint16_t port) {
  const Socket socket(new_socket());
  const sockaddr_in address = loopback(port);
  return ::connect(socket.descriptor(), generic(address), sizeof address) == 0;
}

std::uint16_t free_port() { return Listener().port(); }

}  // namespace bridge::test
