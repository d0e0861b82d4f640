#include "packaging/notify_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>

namespace bridge::test {
namespace {

std::system_error failure(const char* what) { return {errno, std::generic_category(), what}; }

}  // namespace

NotifySocket::NotifySocket() : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) throw failure("socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(descriptor_);
    throw failure("bind");
  }
}

NotifySocket::~NotifySocket() { ::close(descriptor_); }

std::optional<std::string> NotifySocket::next(std::string_view prefix, TimePoint deadline) {
  for (;;) {
    const auto found = std::find_if(lines_.begin(), lines_.end(),
                                    [prefix](const std::string& line) { return line.starts_with(prefix); });
    if (found != lines_.end()) {
      std::string line = *found;
      lines_.erase(lines_.begin(), found + 1);
      return line;
    }
    lines_.clear();
    if (!receive(deadline)) return std::nullopt;
  }
}

bool NotifySocket::receive(TimePoint deadline) {
  pollfd readable{descriptor_, POLLIN, 0};
  if (::poll(&readable, 1, poll_timeout(deadline)) != 1) return false;
  std::array<char, 4096> buffer{};
  const ssize_t size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (size < 0) return false;
  std::istringstream datagram(std::string(buffer.data(), static_cast<std::size_t>(size)));
  for (std::string line; std::getline(datagram, line);) lines_.push_back(line);
  return true;
}

}  // namespace bridge::test
