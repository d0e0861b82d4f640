#include "bridge/listener/listener.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <thread>
#include <utility>

#include "bridge/core/thread_annotations.h"
#include "inbox.h"
#include "listener_connection.h"
#include "paho_calls.h"
#include "paho_client.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
using listener::Inbox;

constexpr auto longest_round = 1s;
constexpr auto longest_farewell = 800ms;
constexpr auto longest_stop = 950ms;

TimePoint now() { return std::chrono::steady_clock::now(); }

}  // namespace

/// Outlives the PahoListener where paho still refers to it: its clients are never destroyed.
struct PahoListener::State : std::enable_shared_from_this<PahoListener::State> {
  State(const MqttSettings& settings, const std::string& client_id, Logger& log, Counters& counters)
      : logger(log),
        connection(
            settings, client_id,
            [this, settings, client_id](const std::string& uri, int version) -> listener::Client& {
              return listener::PahoClient::make(settings, uri, version, client_id, events(), calls);
            },
            random_numbers(), log, counters) {}

  listener::ClientEvents events();
  void run();
  void run_tasks(TimePoint until);
  template <typename Action>
  void attempt(Action action);
  void say_goodbye();
  void request(const listener::SubscribeQueue::Operation& operation);

  Logger& logger;
  Inbox inbox;
  const std::shared_ptr<listener::PahoCalls> calls = std::make_shared<listener::PahoCalls>();
  listener::ListenerConnection connection;  // the thread's
  Mutex audience_mutex;
  /// Of messages, which come from paho's receiving thread, one after the other.
  SubscriberObserver* audience GUARDED_BY(audience_mutex) = nullptr;
  std::atomic<bool> stopping = false;
  std::promise<void> ended;
  std::atomic<bool> wanted = false;
  std::atomic<TimePoint> last_sign_of_life = now();
  std::thread thread;
};

listener::ClientEvents PahoListener::State::events() {
  const std::weak_ptr<State> self = weak_from_this();
  return {[self](const listener::Event& event) {
            if (const auto state = self.lock())
              state->inbox.put(
                  [state = state.get(), event](TimePoint at) { state->connection.handle(event, at); });
          },
          [self](Message message) {
            const auto state = self.lock();
            if (!state) return;
            const MutexLock lock(state->audience_mutex);
            if (state->audience != nullptr) state->audience->on_message(std::move(message));
          }};
}

/// An action that throws does not end the thread, which all others need.
template <typename Action>
void PahoListener::State::attempt(Action action) {
  try {
    action();
  } catch (const std::exception& error) {  // no memory, most likely
    logger.error(std::string("Listening: ") + error.what());
  }
}

void PahoListener::State::run() {
  while (!stopping) {
    last_sign_of_life = now();
    const TimePoint until = std::min(now() + longest_round, connection.next_look());
    run_tasks(until);
    attempt([this] { connection.look(now()); });
  }
  say_goodbye();
  ended.set_value();
}

void PahoListener::State::run_tasks(TimePoint until) {
  for (const Inbox::Task& task : inbox.take(until)) attempt([&task] { task(now()); });
}

void PahoListener::State::say_goodbye() {
  const TimePoint deadline = now() + longest_farewell;
  attempt([&] { connection.say_goodbye(deadline); });
  while (!connection.is_gone() && now() < deadline) run_tasks(deadline);
  attempt([this] { connection.end(); });
}

void PahoListener::State::request(const listener::SubscribeQueue::Operation& operation) {
  if (!inbox.offer([this, operation](TimePoint at) { connection.add(operation, at); }))
    operation.done({SubscribeOutcome::Kind::not_connected, 0});
}

PahoListener::PahoListener(const MqttSettings& settings, const std::string& client_id, Logger& logger,
                           Counters& counters)
    : state_(std::make_shared<State>(settings, client_id, logger, counters)) {}

PahoListener::~PahoListener() { stop(); }

void PahoListener::start(SubscriberObserver& observer) {
  {
    const MutexLock lock(state_->audience_mutex);
    state_->audience = &observer;
  }
  state_->connection.set_observer(observer);
  state_->thread = std::thread([state = state_] { state->run(); });
}

/// The thread is left behind only where it waits inside paho, whose lock is held while a name is resolved: it
/// will not come back from there.
void PahoListener::stop() {
  state_->stopping = true;
  state_->inbox.close();
  if (state_->thread.joinable()) {
    const auto ended = state_->ended.get_future().wait_for(longest_stop) == std::future_status::ready;
    if (!ended && state_->calls->abandon())
      state_->thread.detach();
    else
      state_->thread.join();
  }
  const MutexLock lock(state_->audience_mutex);
  state_->audience = nullptr;
}

void PahoListener::listen(bool wanted) {
  if (state_->wanted.exchange(wanted) == wanted) return;
  state_->inbox.put([state = state_.get(), wanted](TimePoint at) { state->connection.listen(wanted, at); });
}

void PahoListener::subscribe(const Subscription& subscription, SubscribeDone done) {
  state_->request({true, subscription, std::move(done)});
}

void PahoListener::unsubscribe(const std::string& topic_filter, SubscribeDone done) {
  state_->request({false, {topic_filter, QoS::at_most_once}, std::move(done)});
}

bool PahoListener::connected() const { return state_->connection.is_connected(); }

TimePoint PahoListener::last_sign_of_life() const { return state_->last_sign_of_life; }

void leave_openssl_to_itself() {
  MQTTAsync_init_options options = MQTTAsync_init_options_initializer;
  options.do_openssl_init = 0;
  MQTTAsync_global_init(&options);
}

void forget_proxies_of_environment() {
  for (const char* name : {"http_proxy", "https_proxy"}) ::unsetenv(name);
}

}  // namespace bridge
