#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "support/child_process.h"
#include "support/temp_dir.h"

namespace bridge::test {

/// The version of the installed mosquitto: {2, 0, 11}. Tests whose expectations depend on the version ask
/// it.
/// @throws std::runtime_error if mosquitto does not say.
std::array<int, 3> mosquitto_version();

/// @return true if it closes the connection after a PUBLISH that its ACL forbids: up to 2.0 it does if its
///   queue has no limit, as with the options below; from 2.1 on it does not.
bool mosquitto_closes_on_forbidden_topics();

/// The name of MQTT 3.1.1 in its log line about a new connection: "p4" as on the wire from 2.1 on, "p2"
/// before.
std::string mosquitto_name_of_311();

struct MosquittoOptions {
  std::string acl = {};        // text of an ACL file; empty: everybody may do everything
  std::string ca_file = {};    // with the next two: its port speaks TLS and nothing else
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

  /// The lines that it has logged since it was last started.
  const LineReader& log() const { return child_->errors(); }
  /// The number of connections of this Client Identifier that it has accepted since it was last started.
  std::size_t connections_of(const std::string& client_id) const;
  /// The number of connections of this Client Identifier that have ended since then, with a DISCONNECT or
  /// without.
  std::size_t ends_of(const std::string& client_id) const;
  /// Waits until `client_id` has sent a DISCONNECT.
  bool wait_for_goodbye(const std::string& client_id, TimePoint deadline) const;
  /// Waits until `client_id` has connected, since it was last started. @return when.
  std::optional<TimePoint> wait_for_connection(const std::string& client_id, TimePoint deadline) const;
  /// Waits until it has granted `client_id` a subscription to `topic_filter`, since it was last started.
  /// @return when; nothing if `deadline` passed first.
  std::optional<TimePoint> wait_for_subscription(const std::string& client_id,
                                                 const std::string& topic_filter, TimePoint deadline) const;

 private:
  std::optional<TimePoint> wait_for_line(const std::function<bool(const std::string&)>& fits,
                                         TimePoint deadline) const;
  std::string config_text() const;

  MosquittoOptions options_;
  TempDir directory_;
  std::uint16_t port_;
  std::unique_ptr<ChildProcess> child_;
};

}  // namespace bridge::test
