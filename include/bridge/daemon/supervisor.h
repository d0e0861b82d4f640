#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace bridge {

/// Serves signals, and talks to the service manager that started the bridge (sd_notify(3)).
/// Without a service manager only the signals remain. For the main thread.
class Supervisor {
 public:
  /// Blocks SIGTERM, SIGINT and SIGHUP for this thread and all that it starts, so it must be made before
  /// them. SIGPIPE is ignored: a reader of stdout that goes away must not end the bridge. The limit of open
  /// descriptors is raised as far as it goes.
  Supervisor();

  /// READY=1: requests are served.
  void ready();
  /// Waits for SIGTERM or SIGINT, and goes round once a second meanwhile.
  /// @param reload called on SIGHUP.
  /// @param status one line for `systemctl status`, asked for on each round.
  /// @param is_alive true if every thread has shown life; otherwise the watchdog is not fed, and the service
  ///   manager restarts the process.
  /// @return the signal.
  int wait(const std::function<void()>& reload, const std::function<std::string()>& status,
           const std::function<bool()>& is_alive);
  /// STOPPING=1.
  void stopping();

 private:
  void go_round(const std::function<std::string()>& status, const std::function<bool()>& is_alive);

  std::chrono::microseconds watchdog_{0};  // the interval at which it wants to be fed; 0: there is none
  std::string told_status_;
};

/// Ends the process with `exit_status` if it still runs after `limit`: nothing that hangs during a stop, such
/// as a stdout that nobody reads, may hold up the exit.
void exit_at_the_latest(std::chrono::milliseconds limit, int exit_status);

}  // namespace bridge
