#pragma once

#include <array>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <system_error>

#include "carrier.h"

namespace bridge::mqtt {

/// Bytes over TCP. Small segments leave at once (TCP_NODELAY) and are acknowledged at once (TCP_QUICKACK):
/// mosquitto writes PUBLISH and PUBACK as two segments, and with Nagle's algorithm the second waits until
/// the first is acknowledged. A peer whose system acknowledges nothing for 30 s is given up
/// (TCP_USER_TIMEOUT).
class TcpTransport : public Carrier {
 public:
  /// @param socket connected.
  explicit TcpTransport(asio::ip::tcp::socket socket);
  ~TcpTransport() override;
  TcpTransport(const TcpTransport&) = delete;
  TcpTransport& operator=(const TcpTransport&) = delete;

  void start(TransportEvents events) override;
  std::size_t write(std::span<const std::string_view> parts) override;
  void close_after(std::string last) override;
  void call_later(std::function<void()> task) override;
  Traffic traffic() const override;

 private:
  /// Memory of an operation that is under way; it may complete after the transport is gone.
  struct Shared {
    TcpTransport* owner = nullptr;  // null: gone
    std::array<char, 65536> buffer;
  };

  void read();
  void on_read(std::error_code error, std::size_t size);
  bool deliver(std::size_t size);
  void wait_for_room();
  void end(std::error_code error);

  asio::ip::tcp::socket socket_;
  const int descriptor_;  // of socket_, while it is open
  std::shared_ptr<Shared> shared_;
  TransportEvents events_;
  std::error_code write_error_;
  bool waits_for_room_ = false;
  std::uint64_t written_ = 0;
  std::uint64_t received_ = 0;
  TimePoint received_at_{};
};

}  // namespace bridge::mqtt
