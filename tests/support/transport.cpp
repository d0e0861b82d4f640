#include "support/transport.h"

#include <cstdlib>
#include <stdexcept>

#include "support/certificates.h"

namespace bridge::test {
namespace {

/// A URL cannot name a Unix socket: the tests write them as nginx does, "http://unix:/path:/target".
const std::string unix_scheme = "http://unix:";

}  // namespace

Transport tested_transport() {
  const char* value = std::getenv("BRIDGE_TEST_TRANSPORT");
  const std::string name = value == nullptr ? "http" : value;
  if (name == "http") return Transport::http;
  if (name == "https") return Transport::https;
  if (name == "unix") return Transport::unix_socket;
  throw std::runtime_error("BRIDGE_TEST_TRANSPORT is neither http nor https nor unix");
}

Socket Endpoint::connect() const {
  return transport == Transport::unix_socket ? Socket::connect_to(path) : Socket::connect_to(port);
}

std::string Endpoint::url(const std::string& target) const {
  if (transport == Transport::unix_socket) return unix_scheme + path + ":" + target;
  const std::string scheme = transport == Transport::https ? "https" : "http";
  return scheme + "://127.0.0.1:" + std::to_string(port) + target;
}

std::vector<std::string> with_transport(const std::vector<std::string>& arguments) {
  std::vector<std::string> all;
  for (const std::string& argument : arguments) {
    if (argument.starts_with(unix_scheme)) {
      const std::size_t end = argument.find(':', unix_scheme.size());
      all.insert(all.end(), {"--unix-socket", argument.substr(unix_scheme.size(), end - unix_scheme.size()),
                             "http://localhost" + argument.substr(end + 1)});
      continue;
    }
    if (argument.starts_with("https://"))
      all.insert(all.end(), {"--cacert", Certificates::instance().ca_file()});
    all.push_back(argument);
  }
  return all;
}

}  // namespace bridge::test
