#include "own_messages.h"

#include "bridge/core/status_topic.h"

namespace bridge::mqtt {
namespace {

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

void OwnMessages::handed_over() {
  (due_ == &birth_ ? birth_in_flight_ : farewell_in_flight_) = true;
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
