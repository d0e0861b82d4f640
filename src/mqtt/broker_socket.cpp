#include "broker_socket.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace bridge::mqtt {
namespace {

constexpr unsigned connect_packet = 1;  // MQTT 5.0, 2.1.2
constexpr unsigned unsubscribe_packet = 10;

}  // namespace

void BrokerSocket::writes(int socket, std::uint8_t fixed_header) {
  const unsigned type = fixed_header >> 4U;
  if (type == connect_packet) {
    const std::lock_guard lock(mutex_);
    socket_ = socket;
  } else if (type == unsubscribe_packet) {
    unsubscribes_.fetch_add(1, std::memory_order_relaxed);
  }
}

void BrokerSocket::closed(int socket) {
  if (socket_.load() != socket) return;
  const std::lock_guard lock(mutex_);
  if (socket_ == socket) socket_ = -1;
}

std::optional<BrokerSocket::Traffic> BrokerSocket::traffic() {
  tcp_info info{};
  socklen_t size = sizeof info;
  int queued = 0;
  {
    const std::lock_guard lock(mutex_);
    const int socket = socket_;
    if (socket < 0 || getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
    if (ioctl(socket, SIOCOUTQ, &queued) != 0) return {};
  }
  const std::chrono::milliseconds ago(info.tcpi_last_data_recv);
  return Traffic{info.tcpi_bytes_received, std::chrono::steady_clock::now() - ago, info.tcpi_bytes_acked,
                 static_cast<std::uint64_t>(queued)};
}

void BrokerSocket::shut_down() {
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) shutdown(socket_, SHUT_RDWR);
}

BrokerSocket& broker_socket() {
  static auto* const one = new BrokerSocket;  // never destroyed: the library's threads never end
  return *one;
}

}  // namespace bridge::mqtt
