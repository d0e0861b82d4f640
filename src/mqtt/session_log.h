#pragma once

#include <chrono>
#include <string>

#include "bridge/core/logger.h"
#include "bridge/core/outage_log.h"
#include "paho_client.h"

namespace bridge::mqtt {

/// What a person gets to read about the connection. Without a wall of lines while the broker is away.
class SessionLog {
 public:
  using TimePoint = OutageLog::TimePoint;

  explicit SessionLog(Logger& logger) : logger_(logger) {}

  void connecting(const PahoClient& client, const std::string& client_id);
  /// @param wanted_version 5, or 3 for MQTT 3.1.1 only.
  void connected(const BrokerLimits& limits, int wanted_version);
  void bad_connection(TimePoint now, const ConnectFailure& failure, bool over_tls);
  void falling_back();
  void asking_again();
  /// @param reason_code of the broker's DISCONNECT, or -1 where there was none.
  void lost(int reason_code);
  /// The connection was given up, by us.
  void gave_up(std::chrono::steady_clock::duration silence);
  /// @param certain whether the broker has said so.
  void taken_over(bool certain, std::chrono::seconds pause);
  void own_message_failed(const PublishOutcome& outcome);
  void cannot_try(const char* reason);

 private:
  void tell_fall_back(const std::string& line);

  Logger& logger_;
  OutageLog outage_;
  const PahoClient* last_told_ = nullptr;
  bool fall_back_is_told_ = false;  // since 5 was last spoken
};

}  // namespace bridge::mqtt
