#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/socket.h"
#include "support/timing.h"

namespace bridge::test {

/// The times that requests took, and the number of answers other than 200.
class Latencies {
 public:
  void add(Clock::duration latency) {
    all_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(latency));
  }
  void add_failure() { ++failures_; }
  std::size_t count() const { return all_.size(); }
  std::size_t failures() const { return failures_; }
  std::chrono::microseconds percentile(std::size_t percent) const;

 private:
  std::vector<std::chrono::microseconds> all_;
  std::size_t failures_ = 0;
};

/// Clients on kept connections, each of which sends `request` as soon as it has the answer to the one before;
/// all from the calling thread.
class ActiveClients {
 public:
  ActiveClients(std::uint16_t port, std::size_t clients, std::string request);

  Latencies run(std::chrono::milliseconds duration);

 private:
  struct Client {
    Socket socket;
    TimePoint sent_at;
  };

  void send(Client& client) const;
  static void receive(Client& client, Latencies& latencies);

  std::string request_;
  std::vector<Client> clients_;
};

/// Connections that have each had one answer, and are silent.
std::vector<Socket> idle_clients(std::uint16_t port, std::size_t count);

/// All bytes that come until the peer closes or `deadline` passes.
std::string received_to_the_end(const Socket& socket, TimePoint deadline);

}  // namespace bridge::test
