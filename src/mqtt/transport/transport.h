#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "bridge/core/clock.h"

namespace bridge::mqtt {

/// The end of a connection that was open.
struct TransportEnd {
  bool by_peer = false;  // it closed in an orderly way (FIN, close_notify, a WebSocket Close) or by a reset
  std::string words;     // for the log: "closed by the broker", "connection reset", "TLS: …"
};

/// Events of a Transport, on its loop's thread. From each of them the transport may be written to and closed,
/// but not destroyed.
struct TransportEvents {
  std::function<void(std::string_view bytes)> on_received;  // as they came; only valid during the call
  std::function<void()> on_writable;                        // write() may take more again
  std::function<void(const TransportEnd&)> on_closed;  // once; nothing is told after it. Not after close()
};

/// Counts of bytes: they show whether a silent broker's system still takes any.
struct Traffic {
  std::uint64_t received = 0;   // bytes of the connection, since its beginning
  TimePoint received_at{};      // when the last of them came
  std::uint64_t tcp_acked = 0;  // bytes that the peer's TCP has acknowledged
  std::uint64_t queued = 0;     // bytes that it has not
};

/// An open connection to a broker: a stream of bytes over TCP, TLS, or WebSocket over one of them (MQTT 5.0,
/// 4.2 and 6). For the thread of its loop. No call waits; on_writable() tells when a write can go on.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Begins to read, and to call `events`.
  virtual void start(TransportEvents events) = 0;
  /// Writes as much of `parts`, one behind the other, as there is room for, in as few system calls as can be.
  /// @return how many bytes were taken. The rest is the caller's to hand in again when on_writable() has been
  ///   called, with the same bytes first (TLS wants that).
  virtual std::size_t write(std::span<const std::string_view> parts) = 0;
  /// Ends it in an orderly way, as far as that goes without waiting. Bytes that were taken still leave.
  virtual void close() = 0;
  virtual Traffic traffic() const = 0;
};

}  // namespace bridge::mqtt
