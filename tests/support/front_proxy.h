#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "support/child_process.h"
#include "support/temp_dir.h"

namespace bridge::test {

/// A real reverse proxy in front of a bridge, with a configuration of its own, on a free port of loopback.
/// It keeps its connections to the bridge, passes on as many requests as it can, and has short time limits
/// for its clients.
class FrontProxy {
 public:
  enum class Kind { nginx, haproxy };

  FrontProxy(Kind kind, std::uint16_t bridge_port);

  std::uint16_t port() const { return port_; }

 private:
  std::string nginx_config(std::uint16_t bridge_port) const;
  std::string haproxy_config(std::uint16_t bridge_port) const;

  TempDir directory_;
  std::uint16_t port_;
  std::unique_ptr<ChildProcess> child_;
};

}  // namespace bridge::test
