#include "bridge/core/loopback.h"

#include <arpa/inet.h>

#include <string>

namespace bridge {

bool is_loopback_address(std::string_view text) {
  constexpr unsigned char loopback_net = 127;
  const std::string address(text);
  if (address.find('\0') != std::string::npos) return false;
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == loopback_net;
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return false;
  return IN6_IS_ADDR_V4MAPPED(&v6) ? v6.s6_addr[12] == loopback_net : IN6_IS_ADDR_LOOPBACK(&v6) != 0;
}

}  // namespace bridge
