#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/socket.h"

namespace bridge::test {

enum class Transport { http, https, unix_socket };

/// The transport of the environment variable BRIDGE_TEST_TRANSPORT: http (the default), https or unix.
/// Tests that do not ask for another reach the bridge by it.
Transport tested_transport();

/// The certificate that a client shows, and the authority that it trusts; PEM files.
struct TlsIdentity {
  std::string ca_file;
  std::string cert_file = {};  // empty: none is shown
  std::string key_file = {};
};

/// The address at which a bridge is reached.
struct Endpoint {
  std::uint16_t port = 0;
  Transport transport = Transport::http;
  std::string path = {};      // of a Unix socket
  TlsIdentity identity = {};  // for https

  /// @throws std::system_error if nothing listens there.
  Socket connect() const;
  /// The URL for curl().
  std::string url(const std::string& target) const;
};

/// Arguments for the real curl, where one may be a URL that Endpoint::url() made.
std::vector<std::string> with_transport(const std::vector<std::string>& arguments);

}  // namespace bridge::test
