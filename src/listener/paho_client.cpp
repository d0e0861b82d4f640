#include "paho_client.h"

#include <mutex>
#include <utility>
#include <vector>

#include "bridge/core/error.h"
#include "bridge/core/reason_code.h"
#include "connect_failure.h"
#include "paho_options.h"

namespace bridge::listener {
namespace {

using Kind = SubscribeOutcome::Kind;
using Property = ::mqtt::property;

constexpr int no_reason_code = -1;
/// SUBACK of MQTT 3.1.1 (3.9.3).
constexpr int refused_3 = 128;
constexpr int highest_qos = 2;

/// Keeps what lives as long as the process reachable, so that a leak checker has nothing to say.
void keep_for_ever(Client* client) {
  static auto* const clients = new std::vector<Client*>;
  static auto* const mutex = new std::mutex;
  const std::lock_guard lock(*mutex);
  clients->push_back(client);
}

void* as_context(std::uint64_t number) { return reinterpret_cast<void*>(number); }
std::uint64_t number_of(const ::mqtt::token& token) {
  return reinterpret_cast<std::uint64_t>(token.get_user_context());
}

/// paho's own words for a failure, beside its codes; only an exception tells them.
std::string words_of(const ::mqtt::token& failed) {
  try {
    const_cast<::mqtt::token&>(failed).try_wait();  // it has ended: there is no wait
  } catch (const ::mqtt::exception& error) {
    return error.get_message();
  }
  return {};
}

/// MQTT 5.0, 3.2.2.3.
BrokerLimits limits_of(const ::mqtt::properties& connack) {
  BrokerLimits limits;
  const auto is_absent = [&](Property::code code) {
    return connack.contains(code) && ::mqtt::get<std::uint8_t>(connack, code) == 0;
  };
  limits.wildcard_available = !is_absent(Property::WILDCARD_SUBSCRIPTION_AVAILABLE);
  limits.shared_available = !is_absent(Property::SHARED_SUBSCRIPTION_AVAILABLE);
  return limits;
}

/// MQTT 3.1.1 has no word for what a broker does not support. RabbitMQ, ActiveMQ, aedes and mosca grant
/// `$share`, and deliver nothing.
BrokerLimits limits_of_3(bool trust_shared_subscriptions) {
  BrokerLimits limits;
  limits.protocol_version = 4;
  limits.shared_available = trust_shared_subscriptions;
  return limits;
}

/// @param reason_code of the SUBACK or UNSUBACK.
SubscribeOutcome outcome_of(int reason_code, bool subscribes) {
  if (reason_code >= reason_code::first_error && reason_code <= 255) return {Kind::refused, reason_code};
  if (!subscribes) return {Kind::granted, 0};
  const bool is_qos = reason_code >= 0 && reason_code <= highest_qos;  // a broker may send anything
  return is_qos ? SubscribeOutcome{Kind::granted, reason_code}
                : SubscribeOutcome{Kind::refused, reason_code::protocol_error};
}

}  // namespace

Client& PahoClient::make(const MqttSettings& settings, const std::string& uri, int version,
                         const std::string& client_id, ClientEvents events,
                         std::shared_ptr<PahoCalls> calls) {
  try {
    auto* const client =
        new PahoClient(settings, uri, version, client_id, std::move(events), std::move(calls));
    keep_for_ever(client);
    return *client;
  } catch (const ::mqtt::exception& error) {
    throw Error(Errc::internal, std::string("the MQTT client library refused a client: ") + error.what(),
                error.get_return_code());
  }
}

/// All callbacks are set before the first connect(): paho takes none later. Not by set_callback(): with it
/// paho.mqtt.cpp 1.2 tells of each connection twice, and calls paho with a lock held that its callbacks take.
PahoClient::PahoClient(const MqttSettings& settings, const std::string& uri, int version,
                       const std::string& client_id, ClientEvents events, std::shared_ptr<PahoCalls> calls)
    : settings_(settings),
      uri_(uri),
      version_(version),
      events_(std::move(events)),
      calls_(std::move(calls)),
      client_(uri, client_id, ::mqtt::create_options(version)) {
  client_.set_message_callback([this](const ::mqtt::const_message_ptr& message) { on_message(*message); });
  client_.set_connection_lost_handler([this](const std::string&) { on_lost(no_reason_code); });
  client_.set_disconnected_handler(
      [this](const ::mqtt::properties&, ::mqtt::ReasonCode code) { on_lost(static_cast<int>(code)); });
}

int PahoClient::connect(std::uint64_t attempt, std::chrono::seconds keepalive) {
  const PahoCall call(calls_);
  if (!call) return client_failure;
  attempt_ = attempt;
  try {
    client_.connect(paho_options(settings_, uri_, version_, keepalive), as_context(attempt), *this);
    return 0;
  } catch (const ::mqtt::exception& error) {
    return error.get_return_code();
  }
}

bool PahoClient::disconnect() {
  const PahoCall call(calls_);
  if (!call) return false;
  try {
    client_.disconnect(0, as_context(attempt_), *this);
    return true;
  } catch (const ::mqtt::exception&) {
    return false;
  }
}

bool PahoClient::subscribe(std::uint64_t operation, const Subscription& subscription) {
  const PahoCall call(calls_);
  if (!call) return false;
  try {
    client_.subscribe(subscription.topic_filter, static_cast<int>(subscription.qos), as_context(operation),
                      *this);
    return true;
  } catch (const ::mqtt::exception&) {
    return false;
  }
}

bool PahoClient::unsubscribe(std::uint64_t operation, const std::string& topic_filter) {
  const PahoCall call(calls_);
  if (!call) return false;
  try {
    client_.unsubscribe(topic_filter, as_context(operation), *this);
    return true;
  } catch (const ::mqtt::exception&) {
    return false;
  }
}

// Called on paho's threads.

/// The tutorial's on_connect. The listener's thread subscribes when it gets the event.
void PahoClient::on_connect(const ::mqtt::token& connect) {
  Connected connected{number_of(connect), limits_of_3(settings_.trust_shared_subscriptions), {}};
  if (version_ == 5) {
    const ::mqtt::connect_response response = connect.get_connect_response();
    const ::mqtt::properties& connack = response.get_properties();
    connected.limits = limits_of(connack);
    if (connack.contains(Property::SERVER_KEEP_ALIVE))
      connected.server_keep_alive =
          std::chrono::seconds(::mqtt::get<std::uint16_t>(connack, Property::SERVER_KEEP_ALIVE));
  }
  tell(connected);
}

/// Without the message's properties: they are not shown.
void PahoClient::on_message(const ::mqtt::message& message) {
  try {
    Message arrived;
    arrived.topic_name = message.get_topic();
    arrived.payload = message.get_payload_str();
    arrived.qos = static_cast<QoS>(message.get_qos());
    arrived.retain = message.is_retained();
    events_.on_message(std::move(arrived));
  } catch (const std::exception&) {
    return;  // no memory for it: a line is lost
  }
}

void PahoClient::on_lost(int reason_code) { tell(Lost{attempt_, reason_code}); }

void PahoClient::on_success(const ::mqtt::token& token) {
  try {
    switch (token.get_type()) {
      case ::mqtt::token::CONNECT:
        return on_connect(token);
      case ::mqtt::token::DISCONNECT:
        return tell(Left{number_of(token)});
      case ::mqtt::token::SUBSCRIBE:
        return answer(
            token, outcome_of(version_ == 5
                                  ? static_cast<int>(token.get_reason_code())
                                  : static_cast<int>(token.get_subscribe_response().get_reason_codes().at(0)),
                              true));
      case ::mqtt::token::UNSUBSCRIBE:
        return answer(token,
                      outcome_of(version_ == 5 ? static_cast<int>(token.get_reason_code()) : 0, false));
      case ::mqtt::token::PUBLISH:
        return;  // the listener publishes nothing
    }
  } catch (const std::exception&) {
    return;  // no memory: the one who waits has a time limit
  }
}

void PahoClient::on_failure(const ::mqtt::token& token) {
  const int code = token.get_return_code();
  const int reason = static_cast<int>(token.get_reason_code());
  switch (token.get_type()) {
    case ::mqtt::token::CONNECT:
      return on_connect_failure(token);
    case ::mqtt::token::DISCONNECT:
      return tell(Left{number_of(token)});
    case ::mqtt::token::SUBSCRIBE:
    case ::mqtt::token::UNSUBSCRIBE:
      if (version_ != 5 && code == refused_3) return answer(token, {Kind::refused, refused_3});
      // a code below -1 says that the connection ended first, and the reason code was never set
      if (version_ == 5 && code >= client_failure && reason >= reason_code::first_error)
        return answer(token, {Kind::refused, reason});
      return answer(token, {Kind::lost, 0});
    case ::mqtt::token::PUBLISH:
      return;
  }
}

void PahoClient::on_connect_failure(const ::mqtt::token& connect) {
  tell(Failed{number_of(connect),
              connect_failure(connect.get_return_code(), static_cast<int>(connect.get_reason_code()),
                              words_of(connect))});
}

void PahoClient::answer(const ::mqtt::token& token, const SubscribeOutcome& outcome) {
  tell(Answered{number_of(token), outcome});
}

void PahoClient::tell(const Event& event) noexcept {
  try {
    events_.on_event(event);
  } catch (const std::exception&) {
    return;  // no memory: the one who waits has a time limit
  }
}

}  // namespace bridge::listener
