#pragma once

#include <atomic>
#include <cstdint>

namespace bridge {

/// A count that only grows. Safe from any thread.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// One counter for each limit that can be reached, and for each act of the bridge.
struct Counters {
  Counter http_requests;
  Counter http_connections_refused;  // http.max_connections reached, or that of one address
  Counter http_overloads;            // http.max_arriving reached
  Counter http_lingering_ended;      // too many connections read on after their last answer
  Counter publish_accepted;          // answered as accepted by connection or broker
  Counter publish_refused;           // refused by the broker
  Counter publish_queue_full;        // publish.queue_messages or queue_bytes reached
  Counter publish_unconfirmed;       // no acknowledgement in time
  Counter outbox_stored;             // messages flushed to the disk
  Counter outbox_settled;            // stored messages that the broker has taken
  Counter outbox_expired;            // stored messages whose expiry passed first
  Counter outbox_dead_lettered;      // stored messages that the broker refused for good
  Counter outbox_withdrawn;          // stored messages that somebody ended by hand
  Counter outbox_dead_dropped;       // dead letters that made room for others
  Counter outbox_full;               // a limit of the outbox or of its disk reached
  Counter outbox_busy;            // requests to see or end what is stored refused, since many are under way
  Counter outbox_failures;        // writes that the disk did not take
  Counter outbox_damaged;         // stored messages that could not be read back
  Counter requests_repeated;      // answered from the first answer to their Idempotency-Key
  Counter requests_waiting_full;  // repeats refused, since too many wait for a first answer
  Counter messages_received;
  Counter log_lines_dropped;  // log.queue reached
  Counter mqtt_connects;
  Counter mqtt_connection_losses;
};

}  // namespace bridge
