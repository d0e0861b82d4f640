#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "../protocol/client_protocol.h"
#include "../transport/connector.h"
#include "bridge/core/clock.h"
#include "bridge/core/logger.h"
#include "bridge/core/outage_log.h"
#include "bridge/core/session.h"
#include "bridge/core/thread_annotations.h"

namespace bridge::mqtt {

/// Tells people how the session's connection stands: in the log, with few lines while the broker is away,
/// and in /readyz.
class ConnectionLog {
 public:
  explicit ConnectionLog(Logger& logger) : logger_(logger), standing_("not tried yet") {}

  /// @param is_alone asked each time: true if there is no listener, whose lines people watch for
  ///   (`Connected successfully`, `Bad connection. Code: …`). Then they are the session's.
  void tell_outcomes_if(std::function<bool()> is_alone) { is_alone_ = std::move(is_alone); }

  void connecting(const std::string& uri, Version version, const std::string& client_id);
  /// @param wanted_version 5, or 3 for MQTT 3.1.1 only.
  void connected(const ConnackReceived& connack, int wanted_version);
  void refused(TimePoint now, const ConnackReceived& connack, bool has_will);
  /// No CONNACK came; `words` say why.
  void failed(TimePoint now, const std::string& words);
  /// Like failed(), for a failure that may only mean another version of MQTT, which the next attempts find
  /// out: /readyz tells of it, the log does not.
  void failed_quietly(const std::string& words) { stand(words); }
  void falling_back();
  void asking_again();
  /// @param reason_string as the broker sent it.
  void lost(const ConnectionLoss& loss, std::string_view reason_string);
  /// The connection was given up, by us.
  void gave_up(std::chrono::steady_clock::duration silence);
  /// @param certain true if the broker has said so.
  void taken_over(bool certain, std::chrono::seconds pause);
  void own_message_failed(std::string_view key, const PublishOutcome& outcome);
  /// The CONNACK says that the broker does not support the message of a setting. @param key of that setting.
  void own_message_unsupported(std::string_view key);
  void birth_left_out();
  void lowered_qos();
  /// The broker delivers messages of this topic under another name.
  void renamed_topic(std::string_view topic_name);

  /// The reason why there is no connection; empty if there is one. Any thread.
  std::string standing() const EXCLUDES(mutex_);

 private:
  void tell_fall_back(const std::string& line);
  void stand(std::string words) EXCLUDES(mutex_);
  void bad_connection(TimePoint now, int code, const std::string& words);
  bool is_repetition(TimePoint now, const std::string& words);

  Logger& logger_;
  std::function<bool()> is_alone_ = [] { return false; };
  OutageLog outage_;
  std::map<std::string, TimePoint> reasons_;  // why there is no connection, as told in this outage
  std::string attempted_;                     // the server and version of the last attempt
  std::set<std::string> told_;  // those told since the last connection, so that alternating ones fill no log
  bool fall_back_is_told_ = false;  // since 5 was last spoken
  bool lowered_qos_is_told_ = false;
  mutable Mutex mutex_;
  std::string standing_ GUARDED_BY(mutex_);
};

}  // namespace bridge::mqtt
