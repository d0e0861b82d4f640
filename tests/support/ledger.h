#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace bridge::test {

/// The promises that were kept or broken, with the names of the messages.
struct LedgerResult {
  std::vector<std::string> lost;       // answered 200 or 202, not received
  std::vector<std::string> forbidden;  // answered with a refusal, received all the same
  std::size_t accepted = 0;            // answered 200 or 202
  std::size_t refused = 0;             // answered 4xx, 502, 503
  std::size_t unknown = 0;             // answered 504, or not at all
  std::size_t duplicates = 0;          // received more than once
};

/// Two books on the same messages: the answers that the writer got, and the messages that the subscriber
/// got.
class Ledger {
 public:
  /// @param status of the HTTP answer; 0: none came.
  void answered(const std::string& message, int status);
  void received(const std::string& message);
  std::size_t answers() const;
  std::size_t refusals() const;
  LedgerResult compare() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> statuses_;
  std::map<std::string, int> receipts_;
};

}  // namespace bridge::test
