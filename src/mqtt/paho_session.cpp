#include "bridge/mqtt/paho_session.h"

#include <new>
#include <utility>

#include "paho_rounds.h"
#include "paho_wraps.h"
#include "session_loop.h"

namespace bridge {

class PahoSession::Impl : public mqtt::SessionLoop {
 public:
  using SessionLoop::SessionLoop;
};

PahoSession::PahoSession(const MqttSettings& settings, Logger& logger, Counters& counters)
    : impl_(std::make_shared<Impl>(settings, logger, counters)) {
  mqtt::require_paho_wraps();
}

PahoSession::~PahoSession() { stop(); }

void PahoSession::start(SessionListener& listener) { impl_->start(listener); }

void PahoSession::stop() { impl_->stop(); }

int PahoSession::publish(PublishId id, const Message& message) {
  const std::lock_guard publishing(impl_->publishing());
  mqtt::PahoClient* client = impl_->live();
  if (client == nullptr) return MQTTASYNC_DISCONNECTED;
  impl_->note_publish(message.qos);
  mqtt::hold_back_wake_ups();
  try {
    return client->publish(mqtt::Operation::Kind::publish, id, message);
  } catch (const std::bad_alloc&) {
    return MQTTASYNC_FAILURE;
  }
}

void PahoSession::send_published() { mqtt::wake_sending_thread(); }

void PahoSession::subscribe(const Subscription& subscription, SubscribeDone done) {
  if (mqtt::PahoClient* client = impl_->live()) {
    client->subscribe(subscription, std::move(done));
  } else {
    done(MQTTASYNC_DISCONNECTED);
  }
}

void PahoSession::unsubscribe(const std::string& topic_filter, SubscribeDone done) {
  if (mqtt::PahoClient* client = impl_->live()) {
    client->unsubscribe(topic_filter, std::move(done));
  } else {
    done(MQTTASYNC_DISCONNECTED);
  }
}

bool PahoSession::connected() const { return impl_->live() != nullptr; }

std::chrono::steady_clock::time_point PahoSession::last_sign_of_life() const {
  return impl_->last_sign_of_life();
}

}  // namespace bridge
