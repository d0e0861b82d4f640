#include "paho_read_ahead.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace bridge::mqtt {

ssize_t ReadAhead::read(int socket, char* to, std::size_t size, Read receive) {
  const bool ours = socket_.load(std::memory_order_acquire) == socket;
  if (has_bytes() && !ours) return receive(socket, to, size, 0);
  if (!has_bytes()) {
    if (size >= bytes_.size()) return receive(socket, to, size, 0);
    const ssize_t arrived = receive(socket, bytes_.data(), bytes_.size(), 0);
    if (arrived <= 0) return arrived;
    at_ = 0;
    end_ = static_cast<std::size_t>(arrived);
    socket_.store(socket, std::memory_order_release);
  }
  const std::size_t taken = std::min(size, end_ - at_);
  std::memcpy(to, bytes_.data() + at_, taken);
  at_ += taken;
  return static_cast<ssize_t>(taken);
}

/// The library looks at writability and at readability by one poll each, and reads from a socket only if both
/// are given.
int ReadAhead::answer_poll(pollfd* fds, nfds_t count) const {
  if (!has_bytes()) return 0;
  int ready = 0;
  for (pollfd& each : std::span(fds, count)) {
    const bool here = each.fd == socket_.load(std::memory_order_acquire);
    each.revents = here ? static_cast<short>(each.events & (POLLIN | POLLOUT)) : short{0};
    if (here) ++ready;
  }
  return ready;
}

void ReadAhead::closed(int socket) {
  int expected = socket;
  socket_.compare_exchange_strong(expected, -1, std::memory_order_acq_rel);
}

ReadAhead& read_ahead() {
  static auto* const one = new ReadAhead;  // never destroyed: the library's threads never end
  return *one;
}

}  // namespace bridge::mqtt
