#include "paho_callbacks.h"

#include <cstring>
#include <string_view>
#include <vector>

#include "bridge/core/reason_code.h"
#include "broker_limits.h"
#include "message_properties.h"
#include "operations.h"
#include "paho_client.h"
#include "paho_repairs.h"
#include "paho_rounds.h"

namespace bridge::mqtt::callbacks {
namespace {

/// The library's word for a socket that ends where a CONNACK should be; it has no code of its own.
constexpr std::string_view closed_without_connack = "TCP connect completion failure";

std::optional<Operation> take(void* number) {
  return Operations::of_process().take(reinterpret_cast<Operations::Number>(number));
}

/// Runs `action` with the listener, if there still is one. A report that there is no memory for is lost; the
/// one who waits for it has a deadline.
template <typename Action>
void tell(const PahoClient& client, Action action) noexcept {
  try {
    if (const auto listener = client.listener()) action(*listener);
  } catch (...) {
    return;
  }
}

/// Messages that were accepted in this round of one of the library's threads.
struct AcceptedInRound {
  const PahoClient* client = nullptr;
  std::vector<PublishEnd> ends;
};
thread_local AcceptedInRound accepted;

constexpr std::size_t most_told_together = 64;

/// With QoS 0, written is only what is on its way.
void tell_accepted() {
  if (accepted.ends.empty()) return;
  push_written();
  tell(*accepted.client, [&](auto& listener) { listener.publishes_accepted(accepted.ends); });
  accepted.ends.clear();
}

void add_accepted(const Operation& operation, int code) {
  if (accepted.client != operation.client) tell_accepted();
  accepted.client = operation.client;
  accepted.ends.push_back({operation.id, {PublishOutcome::Kind::accepted, code}});
  if (accepted.ends.size() == most_told_together) tell_accepted();
}

void connected(const Operation& operation, const BrokerLimits& limits,
               std::optional<std::chrono::seconds> keep_alive) {
  count_attempt(-1);
  operation.client->came_up(keep_alive);
  bool wanted = false;
  tell(*operation.client,
       [&](auto& listener) { wanted = listener.connect_succeeded(*operation.client, operation.id, limits); });
  if (!wanted) operation.client->disconnect();  // the library allows it here; it only queues
}

void succeeded(const Operation& operation, int code) {
  if (operation.kind == Operation::Kind::publish && is_in_round()) {
    return tell(*operation.client, [&](auto&) { add_accepted(operation, code); });
  }
  tell_accepted();
  tell(*operation.client, [&](auto& listener) {
    switch (operation.kind) {
      case Operation::Kind::connect:
        break;
      case Operation::Kind::disconnect:
        operation.client->went_down();
        listener.disconnected(*operation.client);
        break;
      case Operation::Kind::publish:
      case Operation::Kind::own_publish:
        listener.publish_ended(operation, {PublishOutcome::Kind::accepted, code});
        break;
      case Operation::Kind::subscribe:
      case Operation::Kind::unsubscribe:
        listener.subscribe_ended(operation, code);
        break;
    }
  });
}

/// @param refusal the broker's Reason Code, or 0 if it has not answered.
void failed(const Operation& operation, int code, int refusal, const char* text) {
  tell_accepted();
  if (operation.kind == Operation::Kind::connect) count_attempt(-1);
  tell(*operation.client, [&](auto& listener) {
    switch (operation.kind) {
      case Operation::Kind::connect:
        listener.connect_failed(operation.id, {code, text != nullptr && closed_without_connack == text,
                                               operation.client->take_tls_reason()});
        break;
      case Operation::Kind::disconnect:
        listener.disconnected(*operation.client);
        break;
      case Operation::Kind::publish:
      case Operation::Kind::own_publish:
        listener.publish_ended(
            operation,
            {refusal != 0 ? PublishOutcome::Kind::refused : PublishOutcome::Kind::interrupted, refusal});
        break;
      case Operation::Kind::subscribe:
      case Operation::Kind::unsubscribe:
        listener.subscribe_ended(operation, refusal != 0 ? refusal : client_code::connection_lost);
        break;
    }
  });
}

int success_code(const Operation& operation, const MQTTAsync_successData5& data) {
  switch (operation.kind) {
    case Operation::Kind::subscribe:
    case Operation::Kind::unsubscribe:
      return data.reasonCode;
    case Operation::Kind::publish:
    case Operation::Kind::own_publish:
      return operation.qos == QoS::at_most_once ? 0 : acknowledged_reason_code();
    default:
      return 0;
  }
}

Message to_message(std::string_view topic, const MQTTAsync_message& from) {
  Message message;
  message.topic_name = topic;
  message.payload.assign(static_cast<const char*>(from.payload), static_cast<std::size_t>(from.payloadlen));
  message.qos = static_cast<QoS>(from.qos);
  message.retain = from.retained != 0;
  message.properties = from_library(from.properties);
  return message;
}

}  // namespace

int code_of_refused_connect(const MQTTAsync_failureData5& data) {
  const int reason_code = static_cast<int>(data.reasonCode);
  return reason_code > 0 ? reason_code : data.code;
}

void succeeded5(void* number, MQTTAsync_successData5* data) {
  const auto operation = take(number);
  if (!operation) return;
  if (operation->kind == Operation::Kind::connect) {
    connected(*operation, limits_of_connack(data->properties), server_keep_alive(data->properties));
  } else {
    succeeded(*operation, success_code(*operation, *data));
  }
}

void failed5(void* number, MQTTAsync_failureData5* data) {
  const auto operation = take(number);
  if (!operation) return;
  if (operation->kind == Operation::Kind::connect)
    return failed(*operation, code_of_refused_connect(*data), 0, data->message);
  // a negative code comes with a reason code that was never set
  const bool answered = data->code >= 0 && static_cast<int>(data->reasonCode) >= reason_code::first_error;
  failed(*operation, data->code, answered ? static_cast<int>(data->reasonCode) : 0, data->message);
}

void succeeded3(void* number, MQTTAsync_successData* data) {
  const auto operation = take(number);
  if (!operation) return;
  if (operation->kind == Operation::Kind::connect) {
    connected(*operation, limits_of_mqtt_3(), std::nullopt);
  } else {
    succeeded(*operation, operation->kind == Operation::Kind::subscribe ? data->alt.qos : 0);
  }
}

void failed3(void* number, MQTTAsync_failureData* data) {
  const auto operation = take(number);
  if (!operation) return;
  // the one refusal that MQTT 3.1.1 knows besides CONNACK: 0x80 in a SUBACK (3.9.3)
  failed(*operation, data->code, data->code == reason_code::first_error ? data->code : 0, data->message);
}

void connection_lost(void* client, char* /*cause: always null*/) {
  auto& of = *static_cast<PahoClient*>(client);
  tell_accepted();
  of.went_down();
  tell(of, [&](auto& listener) { listener.connection_lost(of, -1); });
}

void disconnect_received(void* client, MQTTProperties* /*properties*/, MQTTReasonCodes reason_code) {
  auto& of = *static_cast<PahoClient*>(client);
  tell_accepted();
  of.went_down();  // connection_lost() is not called after this
  tell(of, [&](auto& listener) { listener.connection_lost(of, static_cast<int>(reason_code)); });
}

void round_ended() { tell_accepted(); }

int message_arrived(void* client, char* topic, int topic_length, MQTTAsync_message* message) {
  try {
    const auto& of = *static_cast<PahoClient*>(client);
    const std::size_t length = topic_length > 0 ? static_cast<std::size_t>(topic_length) : std::strlen(topic);
    if (const auto listener = of.listener()) {
      listener->message_arrived(to_message(std::string_view(topic, length), *message));
    }
  } catch (...) {
    return 0;  // stays with the library, which gives it again
  }
  MQTTAsync_freeMessage(&message);
  MQTTAsync_free(topic);
  return 1;
}

int tls_error(const char* text, size_t length, void* client) {
  try {
    static_cast<PahoClient*>(client)->add_tls_reason(std::string_view(text, length));
  } catch (...) {
    return 0;
  }
  return 1;  // go on to the next of OpenSSL's errors
}

}  // namespace bridge::mqtt::callbacks
