#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run_ledger.h"

namespace bridge::test {

/// A run's ledger, and the other figures that have a bar.
struct RunResult {
  std::uint64_t seed = 0;
  LedgerTotals totals;
  std::size_t window = 0;
  std::size_t crashes = 0;     // connections that carried messages: each may have ended with some in flight
  std::size_t unanswered = 0;  // requests without an answer though the bridge was up
  std::size_t unlike = 0;      // repeats that got another answer
  std::size_t closings = 0;    // of the broker, at poisoned messages
  std::size_t most_closings_at_one = 0;  // at one message
  std::size_t losses = 0;                // that were planned: any may meet a message that is sent alone
  bool is_poisoned = false;              // there were poisoned messages
  std::size_t closings_allowed = 0;      // at one message
  std::uint64_t disk_failures = 0;
  bool drained = false;
  std::chrono::microseconds p99{};
  /// The time from the healing of each blow to the first message that was sent and confirmed after it; empty
  /// if there was none.
  std::vector<std::optional<std::chrono::milliseconds>> recoveries = {};
  std::chrono::milliseconds took{};
};

/// The bars that the run missed, each with its figures; empty if it held all.
std::vector<std::string> violations_of(const RunResult& result);

std::chrono::milliseconds longest_recovery(const RunResult& result);
std::string line_of(const RunResult& result);
/// All runs in one table of Markdown, with the bars.
std::string table_of(const std::vector<RunResult>& results);

}  // namespace bridge::test
