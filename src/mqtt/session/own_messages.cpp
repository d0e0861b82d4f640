#include "own_messages.h"

#include "bridge/core/reason_code.h"
#include "bridge/core/status_topic.h"

namespace bridge::mqtt {
namespace {

constexpr int most_losses_at_birth = 2;
constexpr std::chrono::seconds soon_after_birth{2};
constexpr std::chrono::minutes left_out{10};

Outgoing outgoing(const StatusMessage& status, const std::string& client_id) {
  Outgoing made;
  if (status.topic.empty()) return made;
  made.message.topic_name = status_topic(status, client_id);
  made.message.payload = status.payload;
  made.message.qos = status.qos;
  made.message.retain = status.retain;
  return made;
}

}  // namespace

OwnMessages::OwnMessages(const MqttSettings& settings)
    : birth_(outgoing(settings.birth, settings.client_id)),
      farewell_(outgoing(settings.will, settings.client_id)) {}

std::optional<Message> OwnMessages::will() const {
  if (farewell_.message.topic_name.empty()) return std::nullopt;
  return farewell_.message;
}

std::string_view OwnMessages::expect_birth(const BrokerLimits& limits, TimePoint now) {
  due_ = nullptr;
  birth_was_sent_ = false;
  const Message& birth = birth_.message;
  if (birth.topic_name.empty() || birth_in_flight_ || now < left_out_until_) return {};
  if (birth.qos > limits.maximum_qos) return "mqtt.birth.qos";
  if (birth.retain && !limits.retain_available) return "mqtt.birth.retain";
  due_ = &birth_;
  return {};
}

bool OwnMessages::on_lost(const ConnectionLoss& loss, bool is_alone, TimePoint now) {
  if (!may_have_closed(loss, is_alone)) {
    if (birth_was_sent_ && loss.lived >= soon_after_birth) losses_at_birth_ = 0;
    return false;
  }
  if (++losses_at_birth_ < most_losses_at_birth) return false;
  losses_at_birth_ = 0;
  left_out_until_ = now + left_out;
  return true;
}

/// A birth message of QoS 0 is not acknowledged: it counts as the cause only if nothing else was published
/// on the connection, which was short.
bool OwnMessages::may_have_closed(const ConnectionLoss& loss, bool is_alone) const {
  using Kind = ConnectionLoss::Kind;
  const bool by_broker = loss.kind == Kind::closed || (loss.kind == Kind::disconnected &&
                                                       loss.reason_code != reason_code::session_taken_over);
  if (birth_.message.qos != QoS::at_most_once) return by_broker && birth_in_flight_;
  return by_broker && birth_was_sent_ && is_alone && loss.lived < soon_after_birth;
}

void OwnMessages::handed_over() {
  (due_ == &birth_ ? birth_in_flight_ : farewell_in_flight_) = true;
  birth_was_sent_ = birth_was_sent_ || due_ == &birth_;
  due_ = nullptr;
}

bool OwnMessages::ended(const PublishEnd& end) {
  if (end.message == &birth_)
    birth_in_flight_ = false;
  else if (end.message == &farewell_)
    farewell_in_flight_ = false;
  else
    return false;
  return true;
}

}  // namespace bridge::mqtt
