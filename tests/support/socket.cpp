#include "support/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <mutex>
#include <random>
#include <stdexcept>
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

// Below the range from which the kernel takes the ports of outgoing connections (ip_local_port_range): in
// that range, while the broker of a test is away, another connection may take its port, even one to itself.
constexpr std::uint16_t lowest_port = 12000;
constexpr std::uint16_t highest_port = 32000;

/// Takes a port for this process among all tests that run: a name in the abstract namespace, which the
/// system frees when the process ends.
bool reserve(std::uint16_t port) {
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string text = "mqtt-rest-bridge-test-port-" + std::to_string(port);
  std::copy(text.begin(), text.end(), name.sun_path + 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  const void* address = &name;
  if (::bind(descriptor, static_cast<const sockaddr*>(address), size) == 0) return true;
  ::close(descriptor);
  return false;
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

Socket Socket::connect_to(std::uint16_t port, const char* from) {
  Socket socket(new_socket());
  sockaddr_in address = loopback(0);
  ::inet_pton(AF_INET, from, &address.sin_addr);
  if (::bind(socket.descriptor_, generic(address), sizeof address) != 0) fail("bind");
  address = loopback(port);
  if (::connect(socket.descriptor_, generic(address), sizeof address) != 0) fail("connect");
  return socket;
}

Socket Socket::connect_to(const std::string& path) {
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  const auto* generic_address = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (::connect(socket.descriptor_, generic_address, sizeof address) != 0) fail("connect");
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

void Socket::shut_down_sending() const { ::shutdown(descriptor_, SHUT_WR); }

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

std::uint16_t free_port() {
  static std::minstd_rand random{std::random_device()()};
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::uniform_int_distribution<std::uint16_t> ports(lowest_port, highest_port);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const std::uint16_t port = ports(random);
    if (!reserve(port)) continue;
    try {
      return Listener(port).port();
    } catch (const std::system_error&) {
      continue;  // another program listens there
    }
  }
  throw std::runtime_error("no port is free");
}

}  // namespace bridge::test
