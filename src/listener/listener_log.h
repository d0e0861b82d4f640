#pragma once

#include <chrono>
#include <set>
#include <string>

#include "bridge/core/logger.h"
#include "bridge/core/outage_log.h"
#include "client.h"

namespace bridge::listener {

/// Writes the log's lines about the connection that listens, few of them while the broker is away. People
/// watch for `Connected successfully` and `Bad connection. Code: <code>`.
class ListenerLog {
 public:
  explicit ListenerLog(Logger& logger) : logger_(logger) {}

  void connecting(const std::string& uri, int version, const std::string& client_id);
  void connected(const BrokerLimits& limits);
  /// @param over_tls true if a certificate may be the reason.
  void bad_connection(TimePoint now, const ConnectFailure& failure, bool over_tls);
  /// The failure means no more than that the server may not speak MQTT 5.
  void falling_back(const ConnectFailure& failure);
  /// @param reason_code of the broker's DISCONNECT; -1: none came.
  /// @param at_subscribe true if a SUBSCRIBE waited for its answer, or had just been refused.
  void lost(int reason_code, bool at_subscribe);
  /// @param certain true if the broker has said so.
  void taken_over(bool certain, std::chrono::seconds pause);
  void nothing_to_listen_to();
  void cannot_try(const char* reason);

 private:
  Logger& logger_;
  OutageLog outage_;
  std::string attempted_;       // server and version of the last attempt
  std::set<std::string> told_;  // those told since the last connection
};

}  // namespace bridge::listener
