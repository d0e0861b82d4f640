#pragma once

#include <chrono>
#include <string>

namespace bridge {

/// Tells the service manager how it stands, in the protocol of sd_notify(3): `READY=1`, `STATUS=…`. Does
/// nothing where there is none ($NOTIFY_SOCKET).
void notify_service_manager(const std::string& state) noexcept;

/// How often the service manager wants to be told `WATCHDOG=1` (sd_watchdog_enabled(3)); 0: not at all.
std::chrono::microseconds watchdog_interval() noexcept;

}  // namespace bridge
