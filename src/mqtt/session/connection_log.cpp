#include "connection_log.h"

#include <utility>

#include "bridge/core/escape.h"
#include "reason_words.h"

namespace bridge::mqtt {
namespace {

constexpr int no_code = -1;  // as paho says where the broker said nothing
constexpr std::chrono::minutes until_told_again{1};

const char* version_name(Version version) { return version == Version::v5 ? "MQTT 5" : "MQTT 3.1.1"; }

std::string tenths_of_seconds(std::chrono::steady_clock::duration time) {
  const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

void ConnectionLog::stand(std::string words) {
  const MutexLock lock(mutex_);
  standing_ = std::move(words);
}

std::string ConnectionLog::standing() const {
  const MutexLock lock(mutex_);
  return standing_;
}

void ConnectionLog::connecting(const std::string& uri, Version version, const std::string& client_id) {
  std::string what = escape_line(uri) + " as " + escape_line(client_id) + " with " + version_name(version);
  attempted_ = what;
  if (told_.insert(std::move(what)).second) logger_.info("Connecting to " + attempted_);
}

void ConnectionLog::connected(const ConnackReceived& connack, int wanted_version) {
  outage_.connected();
  reasons_.clear();
  told_ = {attempted_};
  stand({});
  const BrokerLimits& limits = connack.limits;
  logger_.info(is_alone_() ? "Connected successfully" : "The session is up: messages can be published");
  if (limits.protocol_version == 5)
    fall_back_is_told_ = false;
  else if (wanted_version == 5)
    tell_fall_back("The broker does not take MQTT 5; it is MQTT 3.1.1");
  if (!logger_.enabled(LogLevel::debug)) return;
  logger_.debug("The broker allows QoS " + std::to_string(static_cast<int>(limits.maximum_qos)) +
                ", retain " + (limits.retain_available ? "yes" : "no") + ", packets of " +
                std::to_string(limits.maximum_packet_size) + " bytes, " +
                std::to_string(limits.receive_maximum) + " messages in flight, keep alive " +
                std::to_string(connack.keep_alive.count()) + " s, session kept " +
                std::to_string(connack.session_expiry.count()) + " s");
}

void ConnectionLog::bad_connection(TimePoint now, int code, const std::string& words) {
  stand(words);
  if (is_repetition(now, words) || !outage_.worth_a_line(now)) return;
  reasons_[words] = now;
  if (is_alone_()) logger_.warn("Bad connection. Code: " + std::to_string(code));
  logger_.warn("The session cannot connect: " + words);
}

/// A broker may give other words each time: each is kept only for as long as it suppresses repetitions.
bool ConnectionLog::is_repetition(TimePoint now, const std::string& words) {
  std::erase_if(reasons_, [now](const auto& told) { return now - told.second >= until_told_again; });
  return reasons_.contains(words);
}

void ConnectionLog::refused(TimePoint now, const ConnackReceived& connack, bool has_will) {
  std::string words = "the broker refuses the connection, reason code " +
                      reason_in_words(connack.reason_code, connack.reason_string);
  if (const std::string_view key = will_key_of(connack.reason_code, has_will); !key.empty())
    words.append("; it may be about ").append(key);
  if (!connack.server_reference.empty())
    words.append("; it names another server: ").append(escape_line(connack.server_reference, 200));
  bad_connection(now, connack.reason_code, words);
}

void ConnectionLog::failed(TimePoint now, const std::string& words) { bad_connection(now, no_code, words); }

void ConnectionLog::falling_back() { tell_fall_back("The broker refuses MQTT 5; trying MQTT 3.1.1"); }

/// Logs the line once until MQTT 5 is spoken again, not at each reconnect.
void ConnectionLog::tell_fall_back(const std::string& line) {
  if (fall_back_is_told_) return;
  fall_back_is_told_ = true;
  logger_.warn(line + ", which has no reason codes and no properties");
}

void ConnectionLog::asking_again() {
  logger_.info("The broker accepts MQTT 3.1.1 and did not answer MQTT 5; asking once more for 5");
}

void ConnectionLog::lost(const ConnectionLoss& loss, std::string_view reason_string) {
  std::string words;
  switch (loss.kind) {
    case ConnectionLoss::Kind::closed:
      words = "the broker closed it without a reason";
      break;
    case ConnectionLoss::Kind::disconnected:
      words = "the broker sent DISCONNECT, reason code " + reason_in_words(loss.reason_code, reason_string);
      break;
    case ConnectionLoss::Kind::faulty:
      words = "the broker broke the protocol: " + escape_line(reason_string, 200);
      break;
    case ConnectionLoss::Kind::silent:
      words = "the broker gave no sign of life";
      break;
    case ConnectionLoss::Kind::broken:
      words = escape_line(reason_string, 200);
      break;
  }
  stand(words);
  if (loss.kind != ConnectionLoss::Kind::silent) logger_.warn("Connection lost: " + words);
}

void ConnectionLog::gave_up(std::chrono::steady_clock::duration silence) {
  logger_.warn("The broker has not answered for " + tenths_of_seconds(silence) +
               " s; the connection is given up");
}

void ConnectionLog::taken_over(bool certain, std::chrono::seconds pause) {
  const std::string what =
      certain ? "Another client uses our client id and has taken over the connection"
              : "The broker closes each new connection within seconds: it seems that another "
                "client uses our client id";
  logger_.error(what + "; next attempt in " + std::to_string(pause.count()) +
                " s. Give each client an id of its own (mqtt.client_id)");
}

void ConnectionLog::own_message_failed(std::string_view key, const PublishOutcome& outcome) {
  if (outcome.kind != PublishOutcome::Kind::refused) return;
  logger_.warn(std::string(key) + ": the broker refuses the message, reason code " +
               reason_in_words(outcome.reason_code, {}));
}

void ConnectionLog::own_message_unsupported(std::string_view key) {
  logger_.warn(std::string(key) + ": the broker does not support it; the message is not published");
}

void ConnectionLog::birth_left_out() {
  logger_.warn(
      "mqtt.birth: the broker closed the connection twice right after this message; it is left out for 10 "
      "minutes");
}

void ConnectionLog::lowered_qos() {
  if (lowered_qos_is_told_) return;
  lowered_qos_is_told_ = true;
  logger_.warn(
      "The broker answers QoS 2 as QoS 1 (RabbitMQ does): messages of QoS 2 may arrive more than once");
}

void ConnectionLog::renamed_topic(std::string_view topic_name) {
  logger_.warn("RabbitMQ delivers '.' in a topic as '/', and '*' as '+': \"" + escape_line(topic_name, 200) +
               "\" arrives under another name. mqtt.refuse_renamed_topics has such topics refused");
}

}  // namespace bridge::mqtt
