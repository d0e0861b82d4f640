#include "bridge/core/reconnect_policy.h"

#include <algorithm>
#include <random>
#include <utility>

namespace bridge {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr auto shortest_pause = 200ms;
/// A message of QoS 1 waits one second for the connection, and connecting takes time too.
constexpr auto longest_early_pause = 800ms;
/// Three losses for one message must not hold the others up for two seconds.
constexpr auto early_phase = 60s;
constexpr auto longest_pause = 10'000ms;
constexpr auto take_over_pause = 30'000ms;
constexpr auto quick_loss = 2s;
constexpr int suspicious_losses = 5;  // fewer may be a broker that is restarted in a hurry
constexpr int silences_until_fallback = 2;
constexpr int losses_to_find_out = 3;  // the message at which a broker closes

/// From `low` to below `high`.
milliseconds between(milliseconds low, milliseconds high, double random) {
  return low +
         milliseconds(static_cast<milliseconds::rep>(static_cast<double>((high - low).count()) * random));
}

bool is_silence(ReconnectPolicy::Failure failure) {
  using Failure = ReconnectPolicy::Failure;
  return failure == Failure::closed_silently || failure == Failure::unanswered;
}

}  // namespace

ReconnectPolicy::ReconnectPolicy(std::size_t servers, int version, std::function<double()> random,
                                 AskAgain ask_again)
    : servers_(std::max<std::size_t>(servers, 1)),
      random_(std::move(random)),
      may_fall_back_(version == 5),
      ask_again_(ask_again),
      late_pause_(longest_early_pause) {
  for (Server& server : servers_) server.version = may_fall_back_ ? 5 : 4;
}

ReconnectPolicy::Target ReconnectPolicy::target() const { return {current_, servers_[current_].version}; }

bool ReconnectPolicy::may_be_the_version(Failure failure) const {
  const Server& server = servers_[current_];
  return may_fall_back_ && failure == Failure::closed_silently && server.version == 5 &&
         server.silences <= silences_until_fallback;
}

void ReconnectPolicy::attempting(TimePoint now) {
  last_attempt_ = now;
  if (away_) return;
  away_ = true;
  away_since_ = now;
}

bool ReconnectPolicy::connected(TimePoint now) {
  Server& server = servers_[current_];
  server.version_changed = false;
  server.ask_at_loss = false;
  if (server.version == 4 && server.silences >= silences_until_fallback && !server.asked_again) {
    server.asked_again = true;
    if (ask_again_ == AskAgain::at_once && !server.was_unanswered) {
      swap_version(server);
      next_attempt_ = now;
      return true;
    }
    server.ask_at_loss = true;
  }
  if (server.version == 5) server.asked_again = false;
  if (!server.ask_at_loss) server.silences = 0;
  tried_ = 0;
  connected_at_ = now;
  away_ = false;
  return false;
}

bool ReconnectPolicy::failed(TimePoint now, Failure failure) {
  Server& server = servers_[current_];
  quick_losses_ = 0;
  was_unreachable_ = true;
  if (try_other_version(server, failure) && failure == Failure::version_refused) {
    next_attempt_ = now;
    return server.version == 4;
  }
  server.version_changed = false;
  current_ = (current_ + 1) % servers_.size();
  const bool round_done = ++tried_ >= servers_.size();
  if (round_done) tried_ = 0;
  next_attempt_ = round_done ? now + pause_after(failure, server, now) : now;
  return false;
}

bool ReconnectPolicy::try_other_version(Server& server, Failure failure) {
  if (!may_fall_back_) return false;
  if (failure == Failure::version_refused && !server.version_changed) {  // otherwise it refuses both versions
    server.version_changed = true;
    swap_version(server);
    return true;
  }
  if (!is_silence(failure)) return false;
  server.was_unanswered = failure == Failure::unanswered;
  if (++server.silences < silences_until_fallback) return false;
  swap_version(server);
  return true;
}

/// A server that may only lack MQTT 5 is tried again without delay.
milliseconds ReconnectPolicy::pause_after(Failure failure, const Server& server, TimePoint now) {
  const bool finding_out =
      may_fall_back_ && is_silence(failure) && server.silences <= silences_until_fallback;
  return finding_out ? shortest_pause : pause(now);
}

milliseconds ReconnectPolicy::pause(TimePoint now) {
  if (now - away_since_ < early_phase) return between(shortest_pause, longest_early_pause, random_());
  late_pause_ = std::min<milliseconds>(late_pause_ * 2, longest_pause);
  return between(late_pause_ / 2, late_pause_, random_());
}

bool ReconnectPolicy::lost(TimePoint now, Loss loss) {
  const bool has_lasted = now - connected_at_ >= quick_loss;
  away_ = true;
  if (std::exchange(was_unreachable_, false) || has_lasted) {
    away_since_ = now;
    late_pause_ = longest_early_pause;
  }
  Server& server = servers_[current_];
  if (std::exchange(server.ask_at_loss, false)) swap_version(server);
  if (looks_like_take_over(now, loss)) {
    quick_losses_ = 0;
    next_attempt_ = now + between(take_over_pause * 3 / 4, take_over_pause * 5 / 4, random_());
    return true;
  }
  // a connection that does not live as long as a pause must not be rebuilt faster than the pauses allow
  const bool at_once = now - last_attempt_ >= longest_early_pause && now - away_since_ < early_phase;
  if (at_once) provoked_losses_ = 0;
  if (at_once)
    next_attempt_ = now;
  else if (loss == Loss::after_publish && ++provoked_losses_ <= losses_to_find_out)
    next_attempt_ = std::max(now, last_attempt_ + shortest_pause);
  else
    next_attempt_ = now + pause(now);
  return false;
}

bool ReconnectPolicy::looks_like_take_over(TimePoint now, Loss loss) {
  if (loss == Loss::taken_over) return true;
  // MQTT 3.1.1 has no word for it, and mosquitto 2.0 does not say it in 5 either: the connection is closed,
  // soon after each time we have taken it back
  const bool suspicious = loss == Loss::unprovoked && now - connected_at_ < quick_loss;
  quick_losses_ = suspicious ? quick_losses_ + 1 : 0;
  return quick_losses_ >= suspicious_losses;
}

ReconnectPolicy::Failure failure_of_connack(int code) {
  constexpr int version_refused_3 = 1;    // MQTT 3.1.1, 3.2.2.3
  constexpr int version_refused_5 = 132;  // MQTT 5.0, 3.2.2.2
  const bool is_version = code == version_refused_3 || code == version_refused_5;
  return is_version ? ReconnectPolicy::Failure::version_refused : ReconnectPolicy::Failure::refused;
}

std::function<double()> random_numbers() {
  return [engine = std::mt19937(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

}  // namespace bridge
