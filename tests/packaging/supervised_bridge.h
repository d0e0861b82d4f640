#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "packaging/notify_socket.h"
#include "support/bridge_process.h"
#include "support/socket.h"

namespace bridge::test {

/// The bridge as systemd starts it: with a socket to notify, and a watchdog that waits for `watchdog`.
class SupervisedBridge {
 public:
  SupervisedBridge(std::uint16_t mqtt_port, std::chrono::milliseconds watchdog)
      : child_(Command{bridge_binary(),
                       {"--config", config(mqtt_port)},
                       {{"NOTIFY_SOCKET", manager_.path()},
                        {"WATCHDOG_USEC", std::to_string(std::chrono::microseconds(watchdog).count())}}}) {}

  NotifySocket& manager() { return manager_; }
  ChildProcess& process() { return child_; }
  std::uint16_t http_port() const { return http_port_; }

 private:
  std::string config(std::uint16_t mqtt_port) const {
    return directory_.write("bridge.toml", "state_dir = \"none\"\n[mqtt]\nserver = \"127.0.0.1\"\nport = " +
                                               std::to_string(mqtt_port) +
                                               "\n[http]\nthreads = 2\nport = " + std::to_string(http_port_));
  }

  NotifySocket manager_;
  TempDir directory_;
  std::uint16_t http_port_ = free_port();
  ChildProcess child_;
};

}  // namespace bridge::test
