#include "bridge/daemon/supervisor.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "notify.h"

namespace bridge {
namespace {

constexpr std::chrono::microseconds longest_round = std::chrono::seconds(1);

sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

timespec to_timespec(std::chrono::microseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {seconds.count(), std::chrono::nanoseconds(time - seconds).count()};
}

/// A descriptor for each connection, as far as the service manager lets us: the soft limit, often 1,024, is
/// for programs that use select(2).
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// glibc moves the size from which a block is the system's own up with each such block that is freed; bodies
/// of requests would then stay in the process for good.
void return_large_blocks() { mallopt(M_MMAP_THRESHOLD, 131072); }

}  // namespace

Supervisor::Supervisor() {
  return_large_blocks();
  raise_descriptor_limit();
  const sigset_t signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  watchdog_ = watchdog_interval();
}

void Supervisor::ready() { notify_service_manager("READY=1"); }

void Supervisor::stopping() { notify_service_manager("STOPPING=1\nSTATUS=Stopping"); }

int Supervisor::wait(const std::function<void()>& reload, const std::function<std::string()>& status,
                     const std::function<bool()>& is_alive) {
  const sigset_t signals = awaited_signals();
  const auto round = watchdog_.count() > 0 ? std::min(watchdog_ / 3, longest_round) : longest_round;
  const timespec pause = to_timespec(round);
  while (true) {
    go_round(status, is_alive);
    const int signal = sigtimedwait(&signals, nullptr, &pause);
    if (signal == SIGHUP)
      reload();
    else if (signal > 0)
      return signal;
  }
}

void Supervisor::go_round(const std::function<std::string()>& status, const std::function<bool()>& is_alive) {
  if (std::string now = status(); now != told_status_) {
    told_status_ = std::move(now);
    notify_service_manager("STATUS=" + told_status_);
  }
  if (watchdog_.count() > 0 && is_alive()) notify_service_manager("WATCHDOG=1");
}

void exit_at_the_latest(std::chrono::milliseconds limit, int exit_status) {
  std::thread([limit, exit_status] {
    std::this_thread::sleep_for(limit);
    _exit(exit_status);
  }).detach();
}

}  // namespace bridge
