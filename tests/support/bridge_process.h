#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/child_process.h"
#include "support/http_client.h"
#include "support/temp_dir.h"
#include "support/transport.h"

namespace bridge::test {

struct BridgeOptions {
  std::uint16_t mqtt_port = 0;
  std::string mqtt = {};  // lines of TOML in [mqtt]
  std::string http = {};  // lines of TOML in [http]
  std::string more = {};  // further tables of TOML
  bool keep_state = false;
  std::vector<std::string> arguments = {};
  std::string client_id = "bridge-under-test";
  Transport transport = tested_transport();  // a test whose `http` says where to listen wants Transport::http
  std::size_t descriptors = 0;               // most that it may have open; 0: as many as this process may
  std::vector<std::string> wrapper = {};     // a command in front that becomes the bridge, such as strace -D
  std::string state_dir = {};                // with keep_state; empty: one of its own
  /// Makes variables to add to its environment, when its state directory is known.
  std::function<std::map<std::string, std::string>(const std::string& state_dir)> environment = {};
};

/// The real binary, with a configuration of its own in a directory of its own.
class BridgeProcess {
 public:
  enum class Wait { none, serving, ready };

  explicit BridgeProcess(BridgeOptions options, Wait wait = Wait::ready);
  /// Ends the bridge; anything that a sanitizer has found in it fails the test.
  ~BridgeProcess();
  BridgeProcess(const BridgeProcess&) = delete;
  BridgeProcess& operator=(const BridgeProcess&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& target) const;
  HttpClient http() const { return HttpClient(endpoint_); }
  const Endpoint& endpoint() const { return endpoint_; }
  const LineReader& output() const { return child_->output(); }
  ChildProcess& process() { return *child_; }
  std::string config_file() const { return directory_.file("bridge.toml"); }
  std::string state_dir() const {
    return options_.state_dir.empty() ? directory_.file("state") : options_.state_dir;
  }

  /// Wait until GET /healthz (serving) or GET /readyz (ready) answers 200. @return false at the deadline.
  bool wait_until_serving(TimePoint deadline) const;
  bool wait_until_ready(TimePoint deadline) const;
  bool wait_until_not_ready(TimePoint deadline) const;
  bool is_ready() const;
  /// SIGTERM, and waits for the end. @return its exit status.
  std::optional<int> stop();
  /// As kill -9 does.
  void kill() { child_->kill(); }
  /// Starts it again after stop() or kill(), on the same port with the same state.
  void start(Wait wait = Wait::ready);

 private:
  std::string config_text() const;
  Command command() const;
  void expect_no_finding();

  BridgeOptions options_;
  TempDir directory_;
  std::uint16_t port_;
  Endpoint endpoint_;
  std::unique_ptr<ChildProcess> child_;
};

/// The path of the binary under test.
std::string bridge_binary();

}  // namespace bridge::test
