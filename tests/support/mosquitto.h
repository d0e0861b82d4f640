#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "support/child_process.h"
#include "support/temp_dir.h"

namespace bridge::test {

struct MosquittoOptions {
  std::string acl = {};        // text of an ACL file; empty: everybody may do everything
  std::string ca_file = {};    // with the next two: the listener speaks TLS and nothing else
  std::string cert_file = {};  //
  std::string key_file = {};   //
  std::string more = {};       // lines of mosquitto.conf, such as "max_packet_size 2000"
  bool each_packet = false;    // logs each packet too, which costs time
};

/// A real mosquitto on a free port of loopback. It keeps nothing on disk, and holds no message back.
class Mosquitto {
 public:
  explicit Mosquitto(MosquittoOptions options = {}, bool start_now = true);

  std::uint16_t port() const { return port_; }
  std::string port_text() const { return std::to_string(port_); }

  /// Starts it on its port and waits until it accepts. @return when the port was seen open.
  TimePoint start();
  void kill() { child_->kill(); }
  void freeze() const;
  void thaw() const;

  /// What it has logged since it was last started.
  const LineReader& log() const { return child_->errors(); }
  /// How many connections of this Client Identifier it has accepted since it was last started.
  std::size_t connections_of(const std::string& client_id) const;
  /// Waits until it has granted `client_id` a subscription to `topic_filter`, since it was last started.
  /// @return when; nothing if `deadline` passed first.
  std::optional<TimePoint> wait_for_subscription(const std::string& client_id,
                                                 const std::string& topic_filter, TimePoint deadline) const;

 private:
  std::string config_text() const;

  MosquittoOptions options_;
  TempDir directory_;
  std::uint16_t port_;
  std::unique_ptr<ChildProcess> child_;
};

}  // namespace bridge::test
