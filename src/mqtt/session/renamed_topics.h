#pragma once

#include <string>
#include <string_view>

#include "../protocol/protocol_events.h"
#include "connection_log.h"

namespace bridge::mqtt {

/// Tells once that the broker gives topics other names than they were published to. RabbitMQ keeps `/` as `.`
/// and `+` as `*`, and cannot tell them from a `.` and a `*` of ours when it delivers.
///
/// It does not say its name. Under MQTT 5 it is known by its CONNACK; under MQTT 3.1.1, where others look the
/// same, only when it answers QoS 2 with a PUBACK, which no other broker is known to do.
class RenamedTopics {
 public:
  /// Keeps a reference.
  explicit RenamedTopics(ConnectionLog& log) : log_(log) {}

  void connected(const ConnackReceived& connack);
  void lowered_qos();
  void publishing(const std::string& topic_name);

 private:
  enum class Renames { maybe, yes, no };

  void tell(std::string_view topic_name);

  ConnectionLog& log_;
  Renames renames_ = Renames::no;
  std::string met_;  // a topic that RabbitMQ would rename, while the broker is not known
  bool is_told_ = false;
};

}  // namespace bridge::mqtt
