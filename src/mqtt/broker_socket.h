#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

namespace bridge::mqtt {

/// The socket over which the client library talks to the broker: the one on which it last wrote a CONNECT.
/// The library does not tell it; it is learnt where its packets are written and its sockets closed.
class BrokerSocket {
 public:
  /// What the system knows of a TCP connection, since its beginning.
  struct Traffic {
    std::uint64_t received = 0;  // bytes, read by us or not yet
    std::chrono::steady_clock::time_point received_at{};
    std::uint64_t taken = 0;   // bytes that the other side's system has acknowledged
    std::uint64_t queued = 0;  // bytes written that it has not
  };

  /// A packet begins with `fixed_header` (MQTT 5.0, 2.1.1). With the library's lock held.
  void writes(int socket, std::uint8_t fixed_header);
  /// The socket's number may be another's from now on.
  void closed(int socket);

  /// Nothing if there is no connection.
  std::optional<Traffic> traffic();
  /// How many UNSUBSCRIBEs have been written, on any connection.
  std::uint64_t unsubscribes() const { return unsubscribes_.load(std::memory_order_relaxed); }
  /// Ends the connection for both sides, without a word of MQTT: the session stays. The library sees an end
  /// of the stream.
  void shut_down();

 private:
  std::atomic<int> socket_{-1};
  std::atomic<std::uint64_t> unsubscribes_{0};
  std::mutex mutex_;  // while the socket is used here, it is not closed
};

/// The one of the library.
BrokerSocket& broker_socket();

}  // namespace bridge::mqtt
