#include "broker_watch.h"

#include <memory>

#include "operations.h"

namespace bridge::mqtt {
namespace {

constexpr const char* probe_filter = "mqtt-rest-bridge/alive";

}  // namespace

void BrokerWatch::begin(TimePoint now) {
  answered_ = false;
  liveness_.begin(now);
}

bool BrokerWatch::look(PahoClient& client, TimePoint now) {
  const auto traffic = broker_socket().traffic();
  if (!traffic) {  // closed: the library is about to tell of it
    begin(now);
    return false;
  }
  switch (liveness_.look(now, signs(client, *traffic))) {
    case Liveness::Action::none:
      return false;
    case Liveness::Action::probe:
      probe(client);
      return false;
    case Liveness::Action::give_up:
      return true;
  }
  return false;
}

Liveness::Signs BrokerWatch::signs(const PahoClient& client, const BrokerSocket::Traffic& traffic) {
  Liveness::Signs signs;
  signs.handed_over = handed_over_.exchange(false, std::memory_order_relaxed);
  signs.handed_over |= Operations::of_process().any_of([&](const Operation& each) {
    return each.client == &client && each.kind != Operation::Kind::connect &&
           each.kind != Operation::Kind::disconnect;
  });
  signs.received = traffic.received;
  signs.received_at = traffic.received_at;
  signs.tcp_acked = traffic.taken;
  signs.queued = traffic.queued;
  signs.probe_written = broker_socket().unsubscribes() > unsubscribes_before_;
  signs.probe_answered = answered_.exchange(false);
  return signs;
}

void BrokerWatch::ping(PahoClient& client) {
  client.unsubscribe(probe_filter, [](int) {});
}

void BrokerWatch::probe(PahoClient& client) {
  unsubscribes_before_ = broker_socket().unsubscribes();
  const auto failed = std::make_shared<std::atomic<bool>>(false);
  client.unsubscribe(probe_filter, [this, failed](int code) { (code >= 0 ? answered_ : *failed) = true; });
  if (*failed) liveness_.probe_failed();
}

}  // namespace bridge::mqtt
