#pragma once

#include <atomic>
#include <exception>
#include <optional>

#include "bridge/core/logger.h"
#include "bridge/core/settings.h"
#include "bridge/core/thread_annotations.h"
#include "outbox_store.h"

namespace bridge {

/// Holds the outbox's status for askers on any thread, and logs its changes. A disk that fails and works in
/// turn must not fill the log: each kind of line comes once a minute at most.
class OutboxHealth {
 public:
  OutboxHealth(const OutboxSettings& settings, Logger& logger) : settings_(settings), logger_(logger) {}

  // for the outbox's thread
  enum class Failure { to_open, to_write };
  void failing(Failure failure, const std::exception& why);
  void working() { failure_ = {}; }
  bool is_failing() const { return !failure_.for_the_log.empty(); }
  /// @param disk bytes that may still be written without passing min_free; negative if it is passed; empty if
  ///   the system does not say.
  /// @param known false if more may be stored than `totals` has.
  void publish(const Totals& totals, std::optional<std::int64_t> disk, bool known);

  // for all
  bool accepting() const { return accepting_.load(std::memory_order_relaxed); }
  OutboxStatus status(WallTime now) const;

 private:
  struct Fault {
    std::string for_the_log;
    std::string for_callers;  // without paths
  };
  std::string limit_reached(const Totals& totals, std::optional<std::int64_t> disk) const;
  bool is_nearly_full(const Totals& totals, std::optional<std::int64_t> disk) const;
  void tell(const std::string& fault);

  const OutboxSettings& settings_;
  Logger& logger_;
  Fault failure_;
  std::string told_;
  std::chrono::steady_clock::time_point quiet_until_;
  std::atomic<bool> accepting_{false};
  mutable Mutex mutex_;
  OutboxStatus status_ GUARDED_BY(mutex_);
  std::optional<Totals::Oldest> oldest_ GUARDED_BY(mutex_);
};

}  // namespace bridge
