#include "listen_endpoint.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/local/stream_protocol.hpp>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "unix_socket.h"

namespace bridge {
namespace {

using asio::ip::tcp;

constexpr int backlog = 4096;

std::string path_of(const std::string& address) {
  return address.starts_with(unix_prefix) ? address.substr(unix_prefix.size()) : std::string();
}

asio::ip::address address_of(const std::string& text) {
  return asio::ip::make_address(text == "localhost" ? "127.0.0.1" : text);
}

[[noreturn]] void fail() { throw std::system_error(errno, std::generic_category()); }

}  // namespace

ListenEndpoint::ListenEndpoint(const HttpSettings& settings)
    : path_(path_of(settings.address)), settings_(settings) {}

void ListenEndpoint::open(Acceptor& acceptor) {
  if (is_unix()) {
    make_room();
    const asio::local::stream_protocol::endpoint endpoint(path_);
    acceptor.open(endpoint.protocol());
    acceptor.bind(endpoint);
    bound_ = what_is_there();
    if (::chmod(path_.c_str(), static_cast<mode_t>(std::stoul(settings_.socket_mode, nullptr, 8))) != 0)
      fail();
  } else {
    const tcp::endpoint endpoint(address_of(settings_.address), settings_.port);
    acceptor.open(endpoint.protocol());
    // Only for a port that an earlier process has just left; two that listen at once exclude each other.
    acceptor.set_option(Acceptor::reuse_address(true));
    if (endpoint.address().is_v6() && endpoint.address().is_unspecified())
      acceptor.set_option(asio::ip::v6_only(false));
    acceptor.bind(endpoint);
  }
  acceptor.listen(backlog);
}

/// Removes the socket that a killed process has left behind. One that accepts a connection is in use, and
/// stays.
void ListenEndpoint::make_room() const {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;  // bind() says what is wrong
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) fail();
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path_.c_str(), path_.size() + 1);
  const bool refused =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&name), sizeof(name)) != 0 && errno == ECONNREFUSED;
  ::close(probe);
  if (refused) ::unlink(path_.c_str());
}

std::optional<ListenEndpoint::FileIdentity> ListenEndpoint::what_is_there() const {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

/// A socket that another process puts there between the two calls is removed too: the system has no call that
/// compares and unlinks in one step.
void ListenEndpoint::remove() const {
  if (bound_ && what_is_there() == bound_) ::unlink(path_.c_str());
}

std::string ListenEndpoint::text() const {
  return is_unix() ? settings_.address : settings_.address + " port " + std::to_string(settings_.port);
}

std::string address_group(const ListenEndpoint::Endpoint& peer) {
  tcp::endpoint endpoint;
  if (peer.size() == 0 || peer.size() > endpoint.capacity()) return {};
  const int family = peer.data()->sa_family;
  if (family != AF_INET && family != AF_INET6) return {};
  std::memcpy(endpoint.data(), peer.data(), peer.size());
  endpoint.resize(peer.size());
  if (endpoint.address().is_v4()) return endpoint.address().to_string();
  const asio::ip::address_v6 v6 = endpoint.address().to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string();
}

}  // namespace bridge
