#include "event_loop.h"

#include <asio/post.hpp>
#include <utility>

namespace bridge {
namespace {

constexpr std::chrono::milliseconds sweep_interval{500};

}  // namespace

EventLoop::EventLoop(const HttpSettings& settings, std::chrono::seconds answer_timeout,
                     const HttplibGateway& gateway, Counters& counters, ConnectionCount& open)
    : work_(asio::make_work_guard(context_)),
      timer_(context_),
      shared_{
          settings, answer_timeout, gateway, counters, [this](const auto& connection) { forget(connection); },
          {}},
      open_(open),
      last_sign_of_life_(std::chrono::steady_clock::now()) {}

EventLoop::~EventLoop() { stop(); }

void EventLoop::start() {
  sweep();
  thread_ = std::thread([this] { context_.run(); });
}

void EventLoop::serve(asio::ip::tcp::socket socket, std::string address) {
  auto connection = std::make_shared<Connection>(std::move(socket), shared_);
  asio::post(context_, [this, connection = std::move(connection), address = std::move(address)] {
    connections_.emplace(connection, address);
    if (finishing_) return connection->close();
    connection->start();
  });
}

/// Later, since a connection may close while all of them are walked through.
void EventLoop::forget(const std::shared_ptr<Connection>& connection) {
  asio::post(context_, [this, connection] {
    const auto known = connections_.find(connection);
    open_.remove(known->second);
    connections_.erase(known);
  });
}

void EventLoop::sweep() {
  const TimePoint now = std::chrono::steady_clock::now();
  last_sign_of_life_ = now;
  for (const auto& [connection, address] : connections_) connection->check_deadline(now);
  timer_.expires_after(sweep_interval);
  timer_.async_wait([this](const std::error_code& error) {
    if (!error) sweep();
  });
}

void EventLoop::finish() {
  asio::post(context_, [this] {
    finishing_ = true;
    for (const auto& [connection, address] : connections_) connection->finish();
  });
}

void EventLoop::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace bridge
