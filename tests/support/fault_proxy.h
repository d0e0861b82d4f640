#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "support/socket.h"
#include "support/worker_threads.h"

namespace bridge::test {

/// A fault of the network between bridge and broker.
struct LinkFault {
  enum class Kind {
    pass,
    black_hole,    // accepts, and swallows what comes; the connection cannot be mended afterwards
    reset,         // RST, to those that stand and to each that comes
    drop,          // RST to those that stand, once
    stop_reading,  // nothing is read, buffers fill, nothing is lost
    delay,         // by `amount` ms
    throttle,      // to `amount` bytes a second
    cut,           // RST once `amount` more bytes have passed, in the middle of a packet or not
  };
  enum class Direction { to_broker, from_broker, both };

  Kind kind = Kind::pass;
  Direction direction = Direction::both;
  std::size_t amount = 0;
};

/// Sees what a proxy carries. Called from its threads, for each connection by one thread for each direction.
class TrafficTap {
 public:
  virtual ~TrafficTap() = default;
  /// Bytes that are about to be written to the broker.
  virtual void to_broker(std::size_t connection, std::string_view bytes) = 0;
  /// Bytes that the broker has written, whether or not they get any further.
  virtual void from_broker(std::size_t connection, std::string_view bytes) = 0;
};

/// A broker that may close the connection at a packet that it reads. Called as a TrafficTap is.
class ProxyGate {
 public:
  virtual ~ProxyGate() = default;
  /// @return how many of the bytes the broker reads; if it is not all of them, the connection is closed
  ///   behind them.
  virtual std::size_t admit(std::size_t connection, std::string_view bytes) = 0;
};

/// The network between the bridge and its broker, as a test wants it.
class FaultProxy {
 public:
  /// @param tap, gate may be null, and outlive the proxy. The tap does not see what the gate stops.
  FaultProxy(std::uint16_t broker_port, TrafficTap* tap, ProxyGate* gate = nullptr);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  std::uint16_t port() const { return port_; }
  void inject(LinkFault fault);
  /// From now on all bytes pass. Connections of which a black hole swallowed bytes are reset: their streams
  /// have gaps.
  void heal() { inject({}); }
  /// Limits the bytes a second of each direction while nothing fails; 0: no limit. Before any connection.
  void limit_rate(std::size_t bytes_a_second) { rate_ = bytes_a_second; }
  /// Shuts the port, as on a host where no broker runs, or opens it again.
  void refuse(bool refusing) { refusing_ = refusing; }

 private:
  struct Link {
    Link(std::size_t its_number, std::uint64_t began_in, Socket from_client, Socket to_broker)
        : number(its_number), epoch(began_in), client(std::move(from_client)), broker(std::move(to_broker)) {}

    std::size_t number;
    std::uint64_t epoch;  // of the fault in which it began
    Socket client;
    Socket broker;
    std::atomic<bool> over = false;
    std::atomic<bool> robbed = false;
    std::atomic<bool> reset = false;
  };
  /// One direction of a connection, as its thread knows it.
  struct Stream {
    Link& link;
    const Socket& from;
    const Socket& into;
    LinkFault::Direction direction;
    std::uint64_t epoch = 0;  // of the fault that `passed` belongs to
    std::size_t passed = 0;
    TimePoint free_at{};  // when the line has carried all bytes given to it
  };

  void accept_all();
  void serve(Link& link);
  void pump(Stream stream);
  bool forward(Stream& stream, std::string_view bytes);
  bool pass(const Stream& stream, std::string_view bytes) const;
  void keep_rate(Stream& stream, std::size_t size) const;
  bool pass_until_cut(Stream& stream, std::string_view bytes, std::size_t limit);
  bool pass_slowly(const Stream& stream, std::string_view bytes, std::size_t bytes_a_second);
  LinkFault fault_of(const Stream& stream) const;
  /// Waits for `time`, or less if the fault ends or the connection does.
  void hold(const Stream& stream, std::chrono::milliseconds time) const;

  std::uint16_t broker_port_;
  TrafficTap* tap_;
  ProxyGate* gate_;
  std::uint16_t port_ = free_port();
  std::optional<Listener> listener_{port_};
  std::atomic<std::size_t> rate_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> refusing_ = false;
  std::atomic<std::uint64_t> epoch_ = 0;
  mutable std::mutex mutex_;
  LinkFault fault_;
  std::list<Link> links_;  // a list: a link stays where it is while its threads run
  WorkerThreads workers_;
  std::thread acceptor_;
};

}  // namespace bridge::test
