#include "event_loop.h"

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

namespace bridge {
namespace {

constexpr std::chrono::milliseconds sweep_interval{500};
constexpr std::size_t max_rejected_at_accept = 256;  // connections at a time, beside those that are served

/// One large request must fit, however many loops there are.
std::size_t share_of(const HttpSettings& settings, std::size_t loops) {
  constexpr std::size_t beside_it = 1048576;
  return std::max(settings.max_arriving / loops, settings.max_head + settings.max_body + beside_it);
}

/// For one connection an eighth, but never less than its largest request and the answer to its largest bulk
/// need.
std::size_t share_of_one(const HttpSettings& settings, std::size_t share) {
  constexpr std::size_t beside_it = 262144;  // what was read beyond the request, and its coding
  const std::size_t needed = settings.max_head + settings.max_body +
                             settings.max_bulk * ResponseBudget::largest_bulk_result + beside_it;
  return std::max(share / 8, std::min(needed, share));
}

LoopMemory memory_of(const HttpSettings& settings, std::size_t loops) {
  const std::size_t share = share_of(settings, loops);
  return {share, share_of_one(settings, share)};
}

}  // namespace

EventLoop::EventLoop(Loop& loop, const HttpSettings& settings, std::size_t loops,
                     std::chrono::seconds answer_timeout, const HttplibGateway& gateway, RefusalLog& refusals,
                     Counters& counters, ConnectionCount& open)
    : loop_(loop),
      timer_(loop.context()),
      shared_{.settings = settings,
              .answer_timeout = answer_timeout,
              .gateway = gateway,
              .origin_rules = OriginRules(settings, refusals),
              .counters = counters,
              .io = loop.context(),
              .deliver = [this](Mailbox::Delivery delivery) { deliver(std::move(delivery)); },
              .closed = [this](const auto& connection) { forget(connection); },
              .memory = memory_of(settings, loops)},
      open_(open) {}

void EventLoop::start() {
  loop_.post([this] { sweep(); });
}

void EventLoop::serve(Channel channel, std::string address) {
  auto connection = std::make_shared<Connection>(std::move(channel), shared_);
  asio::post(context(), [this, connection = std::move(connection), address = std::move(address)] {
    connections_.emplace(connection, address);
    if (finishing_) return connection->close();
    connection->start();
  });
}

void EventLoop::reject_at_accept(Channel channel) {
  auto connection = std::make_shared<Connection>(std::move(channel), shared_);
  asio::post(context(), [this, connection = std::move(connection)] {
    if (finishing_ || rejected_at_accept_ >= max_rejected_at_accept) return;
    ++rejected_at_accept_;
    connections_.emplace(connection, std::nullopt);
    connection->reject_at_accept(Error(Errc::queue_full, "too many connections are open"));
  });
}

void EventLoop::deliver(Mailbox::Delivery delivery) {
  if (mailbox_.put(std::move(delivery))) asio::post(context(), [this] { read_mail(); });
}

void EventLoop::read_mail() {
  for (Mailbox::Delivery& delivery : mailbox_.take()) delivery.to->receive(std::move(delivery.answer));
}

/// Later, since a connection may close while all of them are walked through.
void EventLoop::forget(const std::shared_ptr<Connection>& connection) {
  asio::post(context(), [this, connection] {
    const auto known = connections_.find(connection);
    if (known == connections_.end()) return;
    if (known->second)
      open_.remove(*known->second);
    else
      --rejected_at_accept_;
    connections_.erase(known);
  });
}

void EventLoop::sweep() {
  const TimePoint now = std::chrono::steady_clock::now();
  if (now >= shared_.due) look_at_all(now);
  timer_.expires_after(sweep_interval);
  timer_.async_wait([this](const std::error_code& error) {
    if (!error) sweep();
  });
}

/// Ten thousand idle connections are looked at when the first of them is due, not twice a second.
void EventLoop::look_at_all(TimePoint now) {
  shared_.due = TimePoint::max();
  for (const auto& [connection, address] : connections_) {
    connection->check_deadline(now);
    if (connection->is_open()) shared_.due = std::min(shared_.due, connection->deadline());
  }
}

void EventLoop::finish() {
  asio::post(context(), [this] {
    finishing_ = true;
    for (const auto& [connection, address] : connections_) connection->finish();
  });
}

void EventLoop::stop() {
  loop_.run_there([this] {
    finishing_ = true;
    timer_.cancel();
    const auto open = connections_;
    for (const auto& [connection, address] : open) connection->close();
  });
}

}  // namespace bridge
