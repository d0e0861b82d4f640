#include "client_id.h"

#include <sys/random.h>

#include <array>
#include <system_error>

namespace bridge::mqtt {

std::string make_client_id() {
  std::array<unsigned char, 6> bytes{};
  // up to 256 bytes come whole or not at all (getrandom(2))
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error(errno, std::generic_category(), "no random bytes for a Client Identifier");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id = "mqtt-rest-bridge-";
  for (const unsigned char byte : bytes) id.append({digits[byte >> 4U], digits[byte & 0xFU]});
  return id;
}

}  // namespace bridge::mqtt
