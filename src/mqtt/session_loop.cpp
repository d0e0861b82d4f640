#include "session_loop.h"

#include <algorithm>
#include <random>
#include <utility>

#include "bridge/core/server_uri.h"
#include "client_id.h"

namespace bridge::mqtt {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_round = 1s;

std::function<double()> random_numbers() {
  return [engine = std::mt19937(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

}  // namespace

SessionLoop::SessionLoop(const MqttSettings& settings, Logger& logger, Counters& counters)
    : settings_(settings),
      client_id_(settings.client_id.empty() ? make_client_id() : settings.client_id),
      uris_(server_uris(settings)),
      counters_(counters),
      log_(logger),
      policy_(uris_.size(), settings.version, random_numbers()),
      watch_(settings.dead_after),
      last_sign_of_life_(now()) {}

void SessionLoop::start(SessionListener& listener) {
  {
    const std::lock_guard lock(listener_mutex_);
    listener_ = &listener;
  }
  thread_ = std::thread([this] { run(); });
}

void SessionLoop::stop() {
  {
    const std::lock_guard lock(events_mutex_);
    stopping_ = true;
  }
  events_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  live_ = nullptr;
  const std::lock_guard lock(listener_mutex_);
  listener_ = nullptr;
}

void SessionLoop::run() {
  while (!stopping_) {
    last_sign_of_life_ = now();
    try {
      run_once();
    } catch (const std::exception& error) {  // no memory, most likely
      log_.cannot_try(error.what());
      next_event(now() + longest_round);
    }
  }
  say_goodbye();
}

void SessionLoop::run_once() {
  if (state_ == State::idle && now() >= policy_.next_attempt()) attempt();
  if (is_watching() && now() >= watch_.next_look()) look_at_broker();
  if (is_watching() && now() >= next_ping_) ping();
  if (const auto event = next_event(wake_up_time())) {
    std::visit([this](const auto& each) { on(each); }, *event);
  } else if ((state_ == State::connecting || state_ == State::leaving) && now() >= deadline_) {
    give_up();
  }
}

SessionLoop::TimePoint SessionLoop::wake_up_time() const {
  const TimePoint next_round = now() + longest_round;
  if (state_ == State::idle) return std::min(next_round, policy_.next_attempt());
  return is_watching() ? std::min({next_round, watch_.next_look(), next_ping_}) : next_round;
}

void SessionLoop::post(Event event) {
  {
    const std::lock_guard lock(events_mutex_);
    events_.push_back(std::move(event));
  }
  events_changed_.notify_one();
}

std::optional<SessionLoop::Event> SessionLoop::next_event(TimePoint until) {
  const bool in_farewell = stopping_;  // then nothing but an event cuts the wait short
  std::unique_lock lock(events_mutex_);
  events_changed_.wait_until(lock, until, [&] { return !events_.empty() || (stopping_ && !in_farewell); });
  if (events_.empty()) return {};
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

// What the library's threads report.

bool SessionLoop::connect_succeeded(PahoClient& client, std::uint64_t attempt, const BrokerLimits& limits) {
  if (stopping_) return false;
  post(Connected{&client, attempt, limits});
  return true;
}

void SessionLoop::connect_failed(std::uint64_t attempt, const ConnectFailure& failure) {
  post(Failed{attempt, failure});
}

void SessionLoop::disconnected(PahoClient& client) { post(Disconnected{&client}); }

void SessionLoop::connection_lost(PahoClient& client, int reason_code) {
  PahoClient* expected = &client;
  live_.compare_exchange_strong(expected, nullptr);
  post(Lost{&client, reason_code});
}

void SessionLoop::publish_ended(const Operation& operation, PublishOutcome outcome) {
  if (operation.kind == Operation::Kind::own_publish) {
    post(OwnPublishEnded{outcome});
    return;
  }
  if (outcome.kind == PublishOutcome::Kind::refused) refused_publish_ = true;
  with_listener([&](SessionListener& listener) { listener.on_published(operation.id, outcome); });
}

void SessionLoop::publishes_accepted(std::span<const PublishEnd> ends) {
  with_listener([&](SessionListener& listener) { listener.on_published_together(ends); });
}

void SessionLoop::subscribe_ended(const Operation& operation, int code) {
  with_listener([&](SessionListener&) { operation.done(code); });
}

void SessionLoop::message_arrived(Message message) {
  with_listener([&](SessionListener& listener) { listener.on_message(std::move(message)); });
}

}  // namespace bridge::mqtt
