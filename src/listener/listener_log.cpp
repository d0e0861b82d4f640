#include "listener_log.h"

#include "bridge/core/escape.h"

namespace bridge::listener {

void ListenerLog::connecting(const std::string& uri, int version, const std::string& client_id) {
  attempted_ = uri + (version == 5 ? " with MQTT 5" : " with MQTT 3.1.1");
  if (told_.insert(attempted_).second)
    logger_.info("Listening: connecting to " + escape_line(attempted_) + " as " + escape_line(client_id));
}

void ListenerLog::connected(const BrokerLimits& limits) {
  outage_.connected();
  told_ = {attempted_};
  logger_.info("Connected successfully");
  if (limits.protocol_version != 5) logger_.debug("Listening: with MQTT 3.1.1");
}

void ListenerLog::bad_connection(TimePoint now, const ConnectFailure& failure, bool over_tls) {
  if (!outage_.worth_a_line(now)) return;
  logger_.warn("Bad connection. Code: " + std::to_string(failure.code));
  // paho keeps OpenSSL's reasons to itself, and checks the host name after OpenSSL has been content
  if (over_tls && failure.code < 0 && outage_.is_first_line())
    logger_.warn(
        "Listening: if the server is up, its certificate may be for another host name, or of an authority "
        "that is not trusted (mqtt.tls.ca_file)");
}

void ListenerLog::falling_back(const ConnectFailure& failure) {
  logger_.debug("Listening: the server may not speak MQTT 5. Code: " + std::to_string(failure.code));
}

void ListenerLog::lost(int reason_code, bool at_subscribe) {
  std::string line = "Listening: connection lost";
  if (reason_code >= 0) line += "; the broker sent DISCONNECT, reason code " + std::to_string(reason_code);
  if (at_subscribe) line += "; a subscription was under way, the broker may have closed it for that";
  logger_.warn(line);
}

void ListenerLog::taken_over(bool certain, std::chrono::seconds pause) {
  const std::string what =
      certain ? "Another client uses the listener's client id and has taken over the connection"
              : "The broker closes each new connection of the listener within seconds: it seems that another "
                "client "
                "uses its client id";
  logger_.error(what + "; next attempt in " + std::to_string(pause.count()) +
                " s. Give each client an id of its own (mqtt.client_id)");
}

void ListenerLog::nothing_to_listen_to() {
  logger_.info("Listening: there is no subscription any more; disconnected");
}

void ListenerLog::cannot_try(const char* reason) {
  logger_.error(std::string("Listening: cannot try to connect: ") + escape_line(reason));
}

}  // namespace bridge::listener
