#include "run_result.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "support/timing.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_allowed{1500};
constexpr milliseconds longest_for_poison{2000};  // a poisoned message may delay the others so much longer

double ms_of(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; }

std::size_t failed_recoveries(const RunResult& result) {
  return static_cast<std::size_t>(
      std::count(result.recoveries.begin(), result.recoveries.end(), std::nullopt));
}

void expect_none(std::vector<std::string>& violations, std::size_t count, const char* what) {
  if (count > 0) violations.push_back(std::to_string(count) + " " + what);
}

}  // namespace

milliseconds longest_recovery(const RunResult& result) {
  milliseconds longest{0};
  for (const auto& recovery : result.recoveries) longest = std::max(longest, recovery.value_or(longest));
  return longest;
}

std::vector<std::string> violations_of(const RunResult& result) {
  const LedgerTotals& totals = result.totals;
  std::vector<std::string> violations;
  expect_none(violations, totals.lost, "lost");
  expect_none(violations, totals.forbidden, "forbidden");
  expect_none(violations, totals.inversions, "inversions");
  expect_none(violations, totals.repeated, "repeated without a crash");
  expect_none(violations, totals.damaged, "damaged");
  expect_none(violations, totals.unseen, "confirmed and not seen by the subscriber");
  expect_none(violations, totals.overseen, "seen more often than sent");
  expect_none(violations, totals.late, "delivered after they had expired");
  expect_none(violations, totals.wrong_expiry, "delivered with a wrong rest of their time");
  expect_none(violations, result.unanswered, "requests without an answer");
  expect_none(violations, result.unlike, "repeats answered otherwise");
  expect_none(violations, failed_recoveries(result), "blows without recovery");
  if (totals.duplicates > result.window * result.crashes) {
    violations.push_back(std::to_string(totals.duplicates) + " duplicates after " +
                         std::to_string(result.crashes) + " crashes at a window of " +
                         std::to_string(result.window));
  }
  if (totals.blamed > result.losses) {
    violations.push_back(std::to_string(totals.blamed) + " taken for poison at " +
                         std::to_string(result.losses) + " losses");
  }
  if (result.most_closings_at_one > result.closings_allowed) {
    violations.push_back(std::to_string(result.most_closings_at_one) +
                         " connections closed at one poisoned message");
  }
  const milliseconds allowed = longest_allowed + (result.is_poisoned ? longest_for_poison : milliseconds{0});
  if (longest_recovery(result) > scaled(allowed))
    violations.push_back("recovery after " + std::to_string(longest_recovery(result).count()) + " ms");
  if (!result.drained) violations.emplace_back("the outbox was not drained");
  if (totals.acked == 0) violations.emplace_back("nothing was acknowledged: the run shows nothing");
  return violations;
}

std::string line_of(const RunResult& result) {
  const LedgerTotals& totals = result.totals;
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << "seed " << result.seed << ": acked " << totals.acked
       << " (stored " << totals.stored << "), lost " << totals.lost << ", refused " << totals.refused
       << ", forbidden " << totals.forbidden << ", unknown " << totals.unknown << ", duplicates "
       << totals.duplicates << " (" << result.crashes << " crashes, window " << result.window
       << "), inversions " << totals.inversions << ", large " << totals.large << ", expiring "
       << totals.expiring << " (expired " << totals.expired << "), poisoned " << totals.poisoned
       << " (dead letters " << totals.dead << ", closings " << result.closings << ", at one "
       << result.most_closings_at_one << "), p99 " << ms_of(result.p99) << " ms, recovery "
       << longest_recovery(result).count() << " ms, " << result.disk_failures << " disk faults, "
       << result.took.count() << " ms";
  const std::vector<std::string> violations = violations_of(result);
  for (std::size_t i = 0; i < violations.size(); ++i) text << (i == 0 ? "  RED: " : "; ") << violations[i];
  return text.str();
}

std::string table_of(const std::vector<RunResult>& results) {
  LedgerTotals all;
  std::size_t crashes = 0;
  std::size_t closings = 0;
  std::size_t most_closings = 0;
  std::size_t red = 0;
  std::uint64_t disk_failures = 0;
  std::vector<std::chrono::microseconds> p99;
  std::vector<milliseconds> recoveries;
  for (const RunResult& result : results) {
    all += result.totals;
    crashes += result.crashes;
    closings += result.closings;
    most_closings = std::max(most_closings, result.most_closings_at_one);
    disk_failures += result.disk_failures;
    p99.push_back(result.p99);
    if (!violations_of(result).empty()) ++red;
    for (const auto& recovery : result.recoveries) {
      if (recovery) recoveries.push_back(*recovery);
    }
  }
  std::sort(p99.begin(), p99.end());
  std::sort(recoveries.begin(), recoveries.end());
  std::ostringstream text;
  const auto row = [&](const auto& what, const auto& value, const char* bar) {
    text << "| " << what << " | " << value << " | " << bar << " |\n";
  };
  text << std::fixed << std::setprecision(1) << "| | seen | bar |\n|---|---:|---|\n";
  row("runs, each of a seed of its own", results.size(), "");
  row("runs that broke a bar", red, "0");
  row("acked at QoS 1 and 2", all.acked, "");
  row("of these stored (202)", all.stored, "");
  row("**lost**", all.lost, "0");
  row("refused", all.refused, "");
  row("**forbidden** (refused, sent all the same)", all.forbidden, "0");
  row("unknown (504, or no answer because the bridge was killed)", all.unknown, "");
  row("**inversions** of sequential writers", all.inversions, "0");
  row("duplicates", all.duplicates, "window × crashes, in each run");
  row("**repeated**: sent or stored twice without a crash, or QoS 2 twice in a session", all.repeated, "0");
  row("payloads damaged", all.damaged, "0");
  row("got by the subscriber more often than the broker was sent it", all.overseen, "0");
  row("acked of 300 KB each, on links of 5 MB/s", all.large, "");
  row("acked with a Message Expiry Interval", all.expiring, "");
  row("of these expired before they could be sent", all.expired, "");
  row("delivered after they had expired", all.late, "0");
  row("delivered with another Message Expiry Interval than was left", all.wrong_expiry, "0");
  row("poisoned messages, answered", all.poisoned, "");
  row("of these dead letters", all.dead, "");
  row("not poisoned, and dead letters or 502: the network failed while one was sent alone", all.blamed,
      "the losses, in each run");
  row("connections that the broker closed at one", closings, "");
  row("connections closed at the same one, at most", most_closings, "3 for each loss or restart");
  row("connections that carried messages, each taken for a crash", crashes, "");
  row("calls to the disk that failed", disk_failures, "");
  if (!p99.empty()) row("p99 of the answers, median of the runs, ms", ms_of(p99[p99.size() / 2]), "");
  if (!p99.empty()) row("p99 of the answers, worst run, ms", ms_of(p99.back()), "");
  if (!recoveries.empty()) row("recovery, median, ms", recoveries[recoveries.size() / 2].count(), "");
  if (!recoveries.empty())
    row("recovery, longest, ms", recoveries.back().count(), "1500; 3500 beside poisoned messages");
  return text.str();
}

}  // namespace bridge::test
