#include "support/active_clients.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace bridge::test {
namespace {

constexpr std::size_t at_a_time = 200;
const std::string healthz = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

std::chrono::microseconds Latencies::percentile(std::size_t percent) const {
  if (all_.empty()) return std::chrono::hours(1);
  std::vector<std::chrono::microseconds> sorted = all_;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) * percent / 100);
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

ActiveClients::ActiveClients(std::uint16_t port, std::size_t clients, std::string request)
    : request_(std::move(request)) {
  for (std::size_t i = 0; i < clients; ++i) clients_.push_back({Socket::connect_to(port), {}});
}

void ActiveClients::send(Client& client) const {
  client.sent_at = Clock::now();
  client.socket.send_all(request_);
}

Latencies ActiveClients::run(std::chrono::milliseconds duration) {
  Latencies latencies;
  for (Client& client : clients_) send(client);
  const TimePoint end = Clock::now() + duration;
  std::size_t under_way = clients_.size();
  while (under_way > 0) {
    std::vector<pollfd> entries;
    for (const Client& client : clients_) entries.push_back({client.socket.descriptor(), POLLIN, 0});
    if (::poll(entries.data(), entries.size(), 20000) <= 0) break;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].revents == 0) continue;
      receive(clients_[i], latencies);
      const bool again = clients_[i].socket.is_open() && Clock::now() < end;
      if (again)
        send(clients_[i]);
      else
        --under_way;
    }
  }
  for (std::size_t i = 0; i < under_way; ++i) latencies.add_failure();
  return latencies;
}

/// The answers in these tests are small: each comes in one piece.
void ActiveClients::receive(Client& client, Latencies& latencies) {
  const auto answer = client.socket.receive(Clock::now());
  if (answer && answer->starts_with("HTTP/1.1 200"))
    latencies.add(Clock::now() - client.sent_at);
  else
    latencies.add_failure();
  if (!answer || answer->empty()) client.socket.close();
}

std::vector<Socket> idle_clients(std::uint16_t port, std::size_t count) {
  std::vector<Socket> sockets;
  while (sockets.size() < count) {
    const std::size_t from = sockets.size();
    for (std::size_t i = from; i < std::min(from + at_a_time, count); ++i) {
      sockets.push_back(Socket::connect_to(port));
      sockets.back().send_all(healthz);
    }
    for (std::size_t i = from; i < sockets.size(); ++i) {
      const auto answer = sockets[i].receive(within(std::chrono::seconds(10)));
      if (!answer || !answer->starts_with("HTTP/1.1 200")) sockets[i].close();
    }
  }
  return sockets;
}

std::string received_to_the_end(const Socket& socket, TimePoint deadline) {
  std::string received;
  while (true) {
    const auto bytes = socket.receive(deadline);
    if (!bytes || bytes->empty()) return received;
    received += *bytes;
  }
}

}  // namespace bridge::test
