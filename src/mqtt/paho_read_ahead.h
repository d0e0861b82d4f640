#pragma once

#include <poll.h>
#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>

namespace bridge::mqtt {

/// What has arrived on a socket of the client library and was not yet asked for. Its reading thread asks for
/// a byte, or a few, at a time. For one socket at once, which is all there is but for a moment at a change of
/// servers; TLS has a buffer of its own and does not come here. Used by the reading thread, but for closed(),
/// which the library calls under the same lock as its reads.
class ReadAhead {
 public:
  using Read = ssize_t (*)(int socket, void* to, std::size_t size, int flags);

  /// As recv(2); what is not there yet is read by `receive`.
  ssize_t read(int socket, char* to, std::size_t size, Read receive);
  /// As poll(2), without a system call, if there is something to read here; otherwise 0.
  int answer_poll(pollfd* fds, nfds_t count) const;
  /// The socket's number may be another's from now on.
  void closed(int socket);

 private:
  bool has_bytes() const { return socket_.load(std::memory_order_acquire) >= 0 && at_ < end_; }

  std::atomic<int> socket_{-1};
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::array<char, 16384> bytes_;
};

/// The one of the library's reading thread.
ReadAhead& read_ahead();

}  // namespace bridge::mqtt
