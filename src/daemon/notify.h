#pragma once

#include <chrono>
#include <string>

namespace bridge {

/// Tells the service manager the state of the bridge, in the protocol of sd_notify(3): `READY=1`, `STATUS=…`.
/// Does nothing without a service manager ($NOTIFY_SOCKET).
void notify_service_manager(const std::string& state) noexcept;

/// The interval at which the service manager wants `WATCHDOG=1` (sd_watchdog_enabled(3)); 0: not at all.
std::chrono::microseconds watchdog_interval() noexcept;

}  // namespace bridge
