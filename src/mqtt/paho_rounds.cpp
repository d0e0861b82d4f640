#include "paho_rounds.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "broker_socket.h"
#include "paho_read_ahead.h"
#include "paho_repairs.h"

namespace {

using bridge::mqtt::read_ahead;

constexpr int longest_train = 64;  // writes, before one is pushed out

enum class Role { other, sending, reading };
thread_local Role role = Role::other;
thread_local bool holds_back = false;
thread_local bool held_back = false;
thread_local int written_to = -1;  // a socket with bytes that are not pushed out
thread_local int train = 0;        // writes since the last push
thread_local bool poll_found_something = false;

constexpr std::chrono::milliseconds pause_while_blocked{1};

std::atomic<void (*)()> on_end_of_round{nullptr};

/// A wake-up is kept until the one thread that waits for it has seen it.
class WakeUp {
 public:
  void give() {
    bool sleeps = false;
    {
      const std::lock_guard lock(mutex_);
      given_ = true;
      sleeps = sleeps_;
    }
    if (sleeps) changed_.notify_one();
  }
  bool wait(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    sleeps_ = true;
    changed_.wait_for(lock, limit, [this] { return given_; });
    sleeps_ = false;
    return std::exchange(given_, false);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool given_ = false;
  bool sleeps_ = false;
};

/// Never destroyed, as the library's threads never end.
WakeUp& wake_up() {
  static auto* const one = new WakeUp;
  return *one;
}

void end_round() {
  bridge::mqtt::push_written();
  if (const auto action = on_end_of_round.load(std::memory_order_acquire)) action();
}

int wake_or_hold_back() {
  if (holds_back) {
    held_back = true;
  } else {
    wake_up().give();
  }
  return 0;
}

int wait_for_wake_up(int milliseconds) {
  end_round();
  return wake_up().wait(std::chrono::milliseconds(milliseconds)) ? 0 : ETIMEDOUT;
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
extern "C" {
[[gnu::weak]] int __real_Thread_set_name(const char* name);
[[gnu::weak]] ssize_t __real_writev(int socket, const iovec* parts, int count);
[[gnu::weak]] ssize_t __real_recv(int socket, void* to, std::size_t size, int flags);
[[gnu::weak]] int __real_close(int descriptor);
[[gnu::weak]] int __real_poll(pollfd* fds, nfds_t count, int timeout);

int __wrap_Thread_set_name(const char* name) {
  const std::string_view thread(name);
  if (thread == "MQTTAsync_send") role = Role::sending;
  if (thread == "MQTTAsync_rcv") role = Role::reading;
  return __real_Thread_set_name(name);
}

int __wrap_Thread_signal_cond(void* /*always that of the sending thread*/) { return wake_or_hold_back(); }

int __wrap_Thread_wait_cond(void* /*always that of the sending thread*/, int milliseconds) {
  return wait_for_wake_up(milliseconds);
}

// Their names from 1.3.16 on.
int __wrap_Thread_signal_evt(void* /*always that of the sending thread*/) { return wake_or_hold_back(); }

int __wrap_Thread_wait_evt(void* /*always that of the sending thread*/, int milliseconds) {
  return wait_for_wake_up(milliseconds);
}

ssize_t __wrap_writev(int socket, const iovec* parts, int count) {
  if (role != Role::sending) return __real_writev(socket, parts, count);
  if (written_to != socket) bridge::mqtt::push_written();
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);  // sendmsg(2) only reads it
  message.msg_iovlen = static_cast<std::size_t>(count);
  const bool more = ++train < longest_train;
  const ssize_t result = sendmsg(socket, &message, more ? MSG_NOSIGNAL | MSG_MORE : MSG_NOSIGNAL);
  written_to = more ? socket : -1;
  if (!more) train = 0;
  return result;
}

ssize_t __wrap_recv(int socket, void* to, std::size_t size, int flags) {
  if (role != Role::reading || size == 0) return __real_recv(socket, to, size, flags);
  return read_ahead().read(socket, static_cast<char*>(to), size, __real_recv);
}

int __wrap_close(int descriptor) {
  read_ahead().closed(descriptor);
  bridge::mqtt::broker_socket().closed(descriptor);
  return __real_close(descriptor);
}

int __wrap_poll(pollfd* fds, nfds_t count, int timeout) {
  if (role != Role::reading) return __real_poll(fds, count, timeout);
  int result = read_ahead().answer_poll(fds, count);
  if (result == 0) {
    if (timeout > 0) end_round();
    result = __real_poll(fds, count, bridge::mqtt::poll_timeout(timeout));
  }
  poll_found_something = result > 0;
  return result;
}
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)

namespace bridge::mqtt {

void hold_back_wake_ups() { holds_back = true; }

void wake_sending_thread() {
  if (std::exchange(held_back, false)) wake_up().give();
}

bool is_in_round() { return role != Role::other && on_end_of_round.load(std::memory_order_acquire); }

void tell_ends_of_rounds(void (*action)()) { on_end_of_round.store(action, std::memory_order_release); }

/// The library does not read from a socket that it cannot write to, and would ask again at once.
void rest_without_work() {
  end_round();
  if (poll_found_something) std::this_thread::sleep_for(pause_while_blocked);
}

/// To set TCP_NODELAY, also anew, pushes out what waits for more (tcp(7)).
void push_written() {
  train = 0;
  const int socket = std::exchange(written_to, -1);
  if (socket < 0) return;
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace bridge::mqtt
