#include "broker_probe.h"

#include <utility>

namespace bridge::mqtt {
namespace {

std::uint64_t bytes_in(std::span<const std::string_view> parts) {
  std::uint64_t sum = 0;
  for (const std::string_view part : parts) sum += part.size();
  return sum;
}

}  // namespace

void BrokerProbe::begin(std::chrono::seconds keep_alive, TimePoint now) {
  handed_over_ = probe_answered_ = false;
  probe_ends_at_.reset();
  liveness_ = Liveness(dead_after_.count() > 0 ? dead_after_ : keep_alive);
  liveness_.begin(now);
}

void BrokerProbe::end() {
  const auto questions = std::exchange(questions_, {});
  for (const Done& done : questions)
    if (done) done(false);
}

void BrokerProbe::confirm_written(ClientProtocol& protocol, Done done) {
  questions_.push_back(std::move(done));
  protocol.ping();
}

void BrokerProbe::pong() {
  if (questions_.empty()) return;
  const Done done = std::move(questions_.front());
  questions_.pop_front();
  if (done)
    done(true);
  else
    probe_answered_ = true;
}

bool BrokerProbe::look(ClientProtocol& protocol, const Transport& transport, std::uint64_t written,
                       TimePoint now) {
  const Traffic traffic = transport.traffic();
  Liveness::Signs signs;
  signs.handed_over = std::exchange(handed_over_, false) || protocol.has_unanswered() ||
                      protocol.has_unanswered_ping();  // of Keep Alive: an idle broker is watched, too
  signs.received = traffic.received;
  signs.received_at = traffic.received_at;
  signs.tcp_acked = traffic.tcp_acked;
  signs.queued = traffic.queued;
  signs.probe_written = probe_ends_at_ && written >= *probe_ends_at_;
  signs.probe_answered = std::exchange(probe_answered_, false);
  switch (liveness_.look(now, signs)) {
    case Liveness::Action::none:
      return false;
    case Liveness::Action::give_up:
      return true;
    case Liveness::Action::probe:
      break;
  }
  questions_.emplace_back();
  protocol.ping();
  probe_ends_at_ = written + bytes_in(protocol.output());
  return false;
}

}  // namespace bridge::mqtt
