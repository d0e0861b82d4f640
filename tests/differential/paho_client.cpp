#include <mqtt/async_client.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "differential/publishing_client.h"

namespace bridge::test {
namespace {

using namespace std::chrono_literals;
using Property = ::mqtt::property;

::mqtt::properties paho_properties(const MessageProperties& given) {
  ::mqtt::properties made;
  if (given.payload_format_indicator)
    made.add({Property::PAYLOAD_FORMAT_INDICATOR, static_cast<int>(*given.payload_format_indicator)});
  if (given.message_expiry_interval)
    made.add({Property::MESSAGE_EXPIRY_INTERVAL, static_cast<int>(given.message_expiry_interval->count())});
  if (given.content_type) made.add({Property::CONTENT_TYPE, *given.content_type});
  if (given.response_topic) made.add({Property::RESPONSE_TOPIC, *given.response_topic});
  if (given.correlation_data) made.add({Property::CORRELATION_DATA, *given.correlation_data});
  for (const UserProperty& property : given.user_properties)
    made.add({Property::USER_PROPERTY, property.name, property.value});
  return made;
}

::mqtt::connect_options connect_options(int version) {
  ::mqtt::connect_options options;
  options.set_mqtt_version(version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1);
  if (version == 5) {
    options.set_clean_start(false);
    options.set_properties({{Property::SESSION_EXPIRY_INTERVAL, 300}});
  } else {
    options.set_clean_session(false);
  }
  options.set_keep_alive_interval(60);
  options.set_connect_timeout(5);
  options.set_max_inflight(1000);
  return options;
}

/// paho's client is never destroyed: its threads may be anywhere in it.
class PahoPublisher : public ::mqtt::iaction_listener {
 public:
  explicit PahoPublisher(const ClientOptions& options)
      : options_(connect_options(options.version)),
        client_("tcp://127.0.0.1:" + std::to_string(options.port), options.client_id,
                create_options(options.version)) {
    client_.set_connection_lost_handler([this](const std::string&) { lost(); });
    client_.set_disconnected_handler([this](const ::mqtt::properties&, ::mqtt::ReasonCode) { lost(); });
    connector_ = std::thread([this] { connect_again_and_again(); });
  }

  void publish(const Message& message) {
    ++open;
    client_.publish(::mqtt::message::create(message.topic_name, message.payload.data(),
                                            message.payload.size(), static_cast<int>(message.qos),
                                            message.retain, paho_properties(message.properties)),
                    nullptr, *this);
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    connector_.join();
    if (client_.is_connected()) client_.disconnect()->wait_for(2s);
  }

  bool connected() const { return client_.is_connected(); }

  std::atomic<std::size_t> open{0};
  std::atomic<int> losses{0};
  std::atomic<int> failures{0};

 private:
  static ::mqtt::create_options create_options(int version) {
    ::mqtt::create_options options(version == 5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1);
    options.set_send_while_disconnected(true, true);
    options.set_max_buffered_messages(1000);
    return options;
  }

  // From paho's threads.
  void on_success(const ::mqtt::token& token) override { ended(token, true); }
  void on_failure(const ::mqtt::token& token) override { ended(token, false); }
  void ended(const ::mqtt::token& token, bool well) {
    if (token.get_type() == ::mqtt::token::CONNECT) return well ? void() : wish_connection();
    if (token.get_type() != ::mqtt::token::PUBLISH) return;
    const auto& delivery = static_cast<const ::mqtt::delivery_token&>(token);
    if (!well && delivery.get_message()->get_qos() > 0) ++failures;
    --open;
  }
  void lost() {
    ++losses;
    wish_connection();
  }
  void wish_connection() {
    {
      const std::lock_guard lock(mutex_);
      wants_connection_ = true;
    }
    changed_.notify_all();
  }

  void connect_again_and_again() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || wants_connection_; });
      if (stopping_) return;
      wants_connection_ = false;
      lock.unlock();
      try {
        client_.connect(options_, nullptr, *this);
      } catch (const ::mqtt::exception&) {
        wish_connection();  // paho is still ending the last connection
      }
      std::this_thread::sleep_for(100ms);  // a pause, as clients make between attempts
      lock.lock();
    }
  }

  const ::mqtt::connect_options options_;
  ::mqtt::async_client client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wants_connection_ = true;
  bool stopping_ = false;
  std::thread connector_;
};

PahoPublisher& new_publisher(const ClientOptions& options) {
  static auto* const publishers = new std::vector<PahoPublisher*>;  // reachable, for a leak checker
  publishers->push_back(new PahoPublisher(options));
  return *publishers->back();
}

class PahoClient : public PublishingClient {
 public:
  explicit PahoClient(const ClientOptions& options) : publisher_(new_publisher(options)) {}

  void publish(const Message& message) override { publisher_.publish(message); }
  std::size_t open() const override { return publisher_.open; }
  bool connected() const override { return publisher_.connected(); }
  int losses() const override { return publisher_.losses; }
  int failures() const override { return publisher_.failures; }
  void stop() override { publisher_.stop(); }

 private:
  PahoPublisher& publisher_;
};

}  // namespace

std::unique_ptr<PublishingClient> paho_client(const ClientOptions& options) {
  return std::make_unique<PahoClient>(options);
}

}  // namespace bridge::test
