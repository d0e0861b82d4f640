#include "paho_client.h"

#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "bridge/core/error.h"
#include "message_properties.h"
#include "paho_callbacks.h"
#include "paho_queue.h"
#include "paho_repairs.h"
#include "paho_rounds.h"

namespace bridge::mqtt {
namespace {

constexpr std::size_t longest_tls_reason = 1000;

/// Keeps what lives as long as the process reachable, so that a leak checker has nothing to say.
void keep_for_ever(PahoClient* client) {
  static auto* const clients = new std::vector<PahoClient*>;
  static auto* const mutex = new std::mutex;
  const std::lock_guard lock(*mutex);
  clients->push_back(client);
}

MQTTAsync_createOptions create_options(int version) {
  MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer5;
  options.MQTTVersion = version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
  options.sendWhileDisconnected = 0;
  // Of those not yet written; the caller's window is the limit. The library counts what is dropped for ever.
  options.maxBufferedMessages = std::numeric_limits<int>::max();
  return options;
}

/// The library would have OpenSSL set up all it has, which costs a megabyte, and which OpenSSL does by itself
/// for what is used.
void leave_openssl_alone() {
  static const bool once = [] {
    MQTTAsync_init_options options = MQTTAsync_init_options_initializer;
    options.do_openssl_init = 0;
    MQTTAsync_global_init(&options);
    return true;
  }();
  static_cast<void>(once);
}

/// Has the library report the end of an operation by its number; the pair of callbacks depends on the
/// version.
template <typename Options>
void report_as(Operations::Number number, int version, Options& options) {
  options.context = reinterpret_cast<void*>(number);
  if (version == 5) {
    options.onSuccess5 = callbacks::succeeded5;
    options.onFailure5 = callbacks::failed5;
  } else {
    options.onSuccess = callbacks::succeeded3;
    options.onFailure = callbacks::failed3;
  }
}

}  // namespace

PahoClient::PahoClient(ConnectRequest request, std::weak_ptr<PahoClientListener> listener)
    : request_(std::move(request)), listener_(std::move(listener)) {}

PahoClient& PahoClient::create(ConnectRequest request, std::weak_ptr<PahoClientListener> listener) {
  auto* const client = new PahoClient(std::move(request), std::move(listener));
  keep_for_ever(client);
  client->open();
  return *client;
}

void PahoClient::open() {
  leave_openssl_alone();
  MQTTAsync_createOptions options = create_options(version());
  int result = MQTTAsync_createWithOptions(&handle_, uri().c_str(), request_.client_id.c_str(),
                                           MQTTCLIENT_PERSISTENCE_NONE, nullptr, &options);
  tell_ends_of_rounds(callbacks::round_ended);
  // before the first connect: later the library may deadlock
  if (result == MQTTASYNC_SUCCESS) {
    result = MQTTAsync_setCallbacks(handle_, this, callbacks::connection_lost, callbacks::message_arrived,
                                    nullptr);
  }
  if (result == MQTTASYNC_SUCCESS) {
    result = MQTTAsync_setDisconnected(handle_, this, callbacks::disconnect_received);
  }
  if (result != MQTTASYNC_SUCCESS)
    throw Error(Errc::internal, "the MQTT client library refused a client", result);
}

int PahoClient::connect(const MqttSettings& settings, bool clean_start, std::uint64_t attempt) {
  wait_for_callbacks();
  take_tls_reason();
  request_.clean_start = clean_start;
  ConnectOptions options(settings, request_);
  options.tls().ssl_error_cb = callbacks::tls_error;
  options.tls().ssl_error_context = this;
  const Operations::Number number = add({this, Operation::Kind::connect, QoS::at_most_once, attempt, {}});
  MQTTAsync_connectOptions& library_options = options.c_struct();
  report_as(number, version(), library_options);
  count_attempt(+1);
  const int result = MQTTAsync_connect(handle_, &library_options);
  if (result != MQTTASYNC_SUCCESS) {
    Operations::of_process().take(number);
    count_attempt(-1);
  }
  return result;
}

int PahoClient::disconnect() {
  const Operations::Number number = add({this, Operation::Kind::disconnect, QoS::at_most_once, 0, {}});
  MQTTAsync_disconnectOptions options = MQTTAsync_disconnectOptions_initializer;
  ::mqtt::properties properties;
  if (version() == 5) {
    options = MQTTAsync_disconnectOptions_initializer5;
    properties.add(::mqtt::property(::mqtt::property::SESSION_EXPIRY_INTERVAL, 0));
    options.properties = properties.c_struct();  // copied by the library
  }
  options.timeout = 0;
  report_as(number, version(), options);
  const int result = MQTTAsync_disconnect(handle_, &options);
  if (result != MQTTASYNC_SUCCESS) Operations::of_process().take(number);
  return result;
}

int PahoClient::publish(Operation::Kind kind, std::uint64_t id, const Message& message) {
  const bool has_properties = version() == 5 && message.properties != MessageProperties{};
  const ::mqtt::properties properties =
      has_properties ? to_library(message.properties) : ::mqtt::properties();
  const Operations::Number number = add({this, kind, message.qos, id, {}});
  MQTTAsync_responseOptions options = response(number);
  options.properties = properties.c_struct();  // copied by the library
  const int result =
      MQTTAsync_send(handle_, message.topic_name.c_str(), static_cast<int>(message.payload.size()),
                     message.payload.data(), static_cast<int>(message.qos), message.retain ? 1 : 0, &options);
  // Gone from the books, it was reported when the connection was lost under it: as one that was taken.
  if (result != MQTTASYNC_SUCCESS && !Operations::of_process().take(number)) return MQTTASYNC_SUCCESS;
  return result;
}

void PahoClient::subscribe(const Subscription& subscription, SubscribeDone done) {
  const Operations::Number number =
      add({this, Operation::Kind::subscribe, subscription.qos, 0, std::move(done)});
  MQTTAsync_responseOptions options = response(number);
  // retained messages only for a new subscription: a reconnect into a live session repeats none (3.8.3.1)
  options.subscribeOptions.retainHandling = 1;
  const int result = MQTTAsync_subscribe(handle_, subscription.topic_filter.c_str(),
                                         static_cast<int>(subscription.qos), &options);
  if (result != MQTTASYNC_SUCCESS) not_started(number, result);
}

void PahoClient::unsubscribe(const std::string& topic_filter, SubscribeDone done) {
  const Operations::Number number =
      add({this, Operation::Kind::unsubscribe, QoS::at_most_once, 0, std::move(done)});
  MQTTAsync_responseOptions options = response(number);
  const int result = MQTTAsync_unsubscribe(handle_, topic_filter.c_str(), &options);
  if (result != MQTTASYNC_SUCCESS) not_started(number, result);
}

void PahoClient::wait_for_callbacks() { MQTTAsync_isConnected(handle_); }

void PahoClient::drop_queued() { mqtt::drop_queued(handle_); }

void PahoClient::came_up(std::optional<std::chrono::seconds> server_keep_alive) {
  server_keep_alive_ = server_keep_alive.value_or(std::chrono::seconds(0));
  if (!up_.exchange(true)) count_connection(+1);
}

void PahoClient::went_down() {
  if (up_.exchange(false)) count_connection(-1);
}

void PahoClient::add_tls_reason(std::string_view reason) {
  const std::lock_guard lock(tls_mutex_);
  if (tls_reason_.size() + reason.size() > longest_tls_reason) return;
  while (reason.ends_with('\n')) reason.remove_suffix(1);
  if (!tls_reason_.empty()) tls_reason_ += "; ";
  tls_reason_ += reason;
}

std::string PahoClient::take_tls_reason() {
  const std::lock_guard lock(tls_mutex_);
  return std::exchange(tls_reason_, {});
}

Operations::Number PahoClient::add(Operation operation) {
  return Operations::of_process().add(std::move(operation));
}

MQTTAsync_responseOptions PahoClient::response(Operations::Number number) const {
  MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
  report_as(number, version(), options);
  return options;
}

void PahoClient::not_started(Operations::Number number, int code) {
  if (const auto operation = Operations::of_process().take(number)) operation->done(code);
}

}  // namespace bridge::mqtt
