#include "notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace bridge {
namespace {

std::string_view from_environment(const char* name) noexcept {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// 0 where there is no number.
long long number_from_environment(const char* name) noexcept {
  const std::string_view text = from_environment(name);
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace

void notify_service_manager(const std::string& state) noexcept {
  const std::string_view path = from_environment("NOTIFY_SOCKET");
  sockaddr_un address{};
  const bool usable =
      path.size() > 1 && (path[0] == '/' || path[0] == '@') && path.size() < sizeof(address.sun_path);
  if (!usable) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';  // a name in the abstract namespace (unix(7))
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  const void* generic = &address;
  ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL, static_cast<const sockaddr*>(generic), size);
  ::close(socket);
}

std::chrono::microseconds watchdog_interval() noexcept {
  const long long pid = number_from_environment("WATCHDOG_PID");
  const bool is_for_us = from_environment("WATCHDOG_PID").empty() || pid == ::getpid();
  const long long interval = is_for_us ? number_from_environment("WATCHDOG_USEC") : 0;
  return std::chrono::microseconds(interval > 0 ? interval : 0);
}

}  // namespace bridge
