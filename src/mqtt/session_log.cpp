#include "session_log.h"

#include "bridge/core/escape.h"

namespace bridge::mqtt {
namespace {

const char* version_name(int version) { return version == 5 ? "MQTT 5" : "MQTT 3.1.1"; }

/// The Reason Codes of a DISCONNECT that a person can do something about (MQTT 5.0, 3.14.2.1).
const char* disconnect_meaning(int reason_code) {
  switch (reason_code) {
    case 0x81:
      return "malformed packet";
    case 0x82:
      return "protocol error";
    case 0x87:
      return "not authorized";
    case 0x89:
      return "server busy";
    case 0x8B:
      return "server shutting down";
    case 0x8D:
      return "keep alive timeout";
    case 0x8E:
      return "session taken over";
    case 0x90:
      return "topic name invalid";
    case 0x93:
      return "receive maximum exceeded";
    case 0x95:
      return "packet too large";
    case 0x96:
      return "message rate too high";
    case 0x97:
      return "quota exceeded";
    case 0x98:
      return "administrative action";
    default:
      return "see MQTT 5.0, 3.14.2.1";
  }
}

}  // namespace

void SessionLog::connecting(const PahoClient& client, const std::string& client_id) {
  if (&client == last_told_) return;
  last_told_ = &client;
  logger_.info("Connecting to " + escape_line(client.uri()) + " as " + escape_line(client_id) + " with " +
               version_name(client.version()));
}

void SessionLog::connected(const BrokerLimits& limits, int wanted_version) {
  outage_.connected();
  logger_.info("Connected successfully");
  if (limits.protocol_version == 5)
    fall_back_is_told_ = false;
  else if (wanted_version == 5)
    tell_fall_back("The broker does not take MQTT 5; it is MQTT 3.1.1");
  if (!logger_.enabled(LogLevel::debug)) return;
  logger_.debug("The broker allows QoS " + std::to_string(static_cast<int>(limits.maximum_qos)) +
                ", retain " + (limits.retain_available ? "yes" : "no") + ", packets of " +
                std::to_string(limits.maximum_packet_size) + " bytes, " +
                std::to_string(limits.receive_maximum) + " messages in flight");
}

void SessionLog::bad_connection(TimePoint now, const ConnectFailure& failure, bool over_tls) {
  if (!outage_.worth_a_line(now)) return;
  logger_.warn("Bad connection. Code: " + std::to_string(failure.code));
  if (!failure.tls_reason.empty()) {
    logger_.warn("TLS: " + escape_line(failure.tls_reason));
  } else if (over_tls && failure.code < 0 && outage_.is_first_line()) {
    // the library checks the name after OpenSSL has been content, and does not say so
    logger_.warn("TLS: if the server is up, its certificate may be for another host name");
  }
}

void SessionLog::falling_back() { tell_fall_back("The broker refuses MQTT 5; trying MQTT 3.1.1"); }

/// Not at each reconnect.
void SessionLog::tell_fall_back(const std::string& line) {
  if (fall_back_is_told_) return;
  fall_back_is_told_ = true;
  logger_.warn(line + ", which has no reason codes and no properties");
}

void SessionLog::asking_again() {
  logger_.info("The broker closed the connection on MQTT 5 and accepts MQTT 3.1.1; asking once more for 5");
}

void SessionLog::lost(int reason_code) {
  if (reason_code < 0) {
    logger_.warn("Connection lost: closed without a reason, or no answer within the keep alive time");
  } else {
    logger_.warn("Connection lost: the broker sent DISCONNECT, reason code " + std::to_string(reason_code) +
                 " (" + disconnect_meaning(reason_code) + ")");
  }
}

void SessionLog::gave_up(std::chrono::steady_clock::duration silence) {
  const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(silence).count() / 100;
  logger_.warn("The broker has not answered for " + std::to_string(tenths / 10) + "." +
               std::to_string(tenths % 10) + " s; the connection is given up");
}

void SessionLog::taken_over(bool certain, std::chrono::seconds pause) {
  const std::string what =
      certain ? "Another client uses our client id and has taken over the connection"
              : "The broker closes each new connection within seconds: it seems that another "
                "client uses our client id";
  logger_.error(what + "; next attempt in " + std::to_string(pause.count()) +
                " s. Give each client an id of its own (mqtt.client_id)");
}

void SessionLog::own_message_failed(const PublishOutcome& outcome) {
  if (outcome.kind == PublishOutcome::Kind::accepted) return;
  logger_.warn("The status message was not taken. Code: " + std::to_string(outcome.reason_code));
}

void SessionLog::cannot_try(const char* reason) {
  logger_.error("Cannot try to connect: " + escape_line(reason));
}

}  // namespace bridge::mqtt
