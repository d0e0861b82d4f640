#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/outbox.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/publisher.h"

namespace bridge {

/// Gives the first answer again to a repeat of the same request (`Idempotency-Key`), so that a client that
/// does not know what became of it can ask once more without sending the message twice. What came to nothing
/// (a refusal: not sent and not stored) is not kept: there a repeat is a new attempt. Kept in memory for 10
/// minutes, at most 100,000, the oldest forgotten first; what was stored also over a restart. Safe from any
/// thread.
class RepeatedRequests {
 public:
  static constexpr std::chrono::minutes memory{10};
  static constexpr std::size_t capacity = 100'000;

  /// @param kept what the outbox remembers of an earlier process; at most `capacity` are taken.
  RepeatedRequests(const Clock& clock, Counters& counters, const std::vector<KeptAnswer>& kept = {});

  /// What became known of an earlier process later than at the start.
  void remember(const std::vector<KeptAnswer>& kept);
  /// @throws Error key_reused if the key came with another request before.
  void check(const RequestMark& mark);
  /// Publisher::submit() for a request that comes for the first time. Of a repeat, `done` is told what the
  /// first one was told, as soon as that is known.
  /// @throws Error as Publisher::submit(), and key_reused.
  void submit(Publisher& publisher, Message message, PublishOptions options, PublishDone done);

 private:
  struct Answer {
    std::uint64_t fingerprint = 0;
    TimePoint since;
    std::uint64_t number = 0;  // tells it from an earlier one of the same key
    bool is_known = false;
    PublishResult result;
    std::vector<PublishDone> waiting;
  };
  struct Age {
    TimePoint since;
    std::string key;
    std::uint64_t number;
  };

  Answer* find(const RequestMark& mark);
  std::uint64_t add(const RequestMark& mark, TimePoint since);
  void forget_old();
  void ended(const std::string& key, std::uint64_t number, const PublishResult& result);

  const Clock& clock_;
  Counters& counters_;
  std::mutex mutex_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::string, Answer> answers_;
  std::deque<Age> oldest_first_;
};

}  // namespace bridge
