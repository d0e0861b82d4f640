#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/outbox.h"
#include "bridge/core/seeded_hash.h"
#include "bridge/core/thread_annotations.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/publisher.h"
#include "bridge/relay/request_item.h"

namespace bridge {

/// Gives a repeat of a request (`Idempotency-Key`) the response of the first one: a client that got none can
/// ask again without having the message sent twice. A refusal (not sent and not stored) is not remembered: a
/// repeat of it is a new attempt. Responses are remembered in memory for 10 minutes, within bounds, the
/// oldest request forgotten first; those of stored messages also over a restart. Safe from any thread.
class RepeatedRequests {
 public:
  static constexpr std::chrono::minutes memory{10};
  static constexpr std::size_t capacity = 100'000;          // requests
  static constexpr std::size_t item_capacity = 1'000'000;   // messages of all of them
  static constexpr std::size_t waiting_capacity = 100'000;  // repeats of a message that has no outcome yet

  /// @param responses those of an earlier process, from the outbox.
  RepeatedRequests(const Clock& clock, Counters& counters,
                   const std::vector<RememberedResponse>& responses = {});

  /// Refuses all requests until remember(): the responses of an earlier process cannot be read yet, and a
  /// repeat would be taken for a new request.
  void await_earlier_process() EXCLUDES(mutex_);
  /// Adds the responses of an earlier process, if they could not be read at the start.
  void remember(const std::vector<RememberedResponse>& responses) EXCLUDES(mutex_);
  /// @param items of the request.
  /// @throws Error key_reused if the key came with another request before; storage_failed as long as the
  ///   responses of an earlier process are not known; queue_full if the first request has no outcome yet, and
  ///   too many repeats wait for such outcomes.
  void check(const IdempotencyToken& request, std::size_t items) EXCLUDES(mutex_);
  /// Publisher::submit() for an item that comes for the first time. For a repeat, `done` is called with the
  /// result of the first one, as soon as that is known.
  /// @throws Error as Publisher::submit(), and as check(). Then `done` is not called.
  void submit(Publisher& publisher, const RequestItem& item, Message message, PublishOptions options,
              PublishDone done) EXCLUDES(mutex_);

 private:
  /// The outcome of one message; small, since there may be a million.
  struct Item {
    enum class State : unsigned char { nothing, under_way, taken, unknown };
    State state = State::nothing;
    int reason_code = 0;
    std::string id;
  };
  struct Request;
  using Requests = std::unordered_map<std::string, Request, SeededHash>;
  using Ages = std::list<Requests::value_type*>;
  struct Request {
    std::uint64_t fingerprint = 0;
    std::uint64_t number = 0;
    TimePoint since;  // its latest item that was not a repeat
    Ages::iterator age;
    std::size_t under_way = 0;
    std::size_t known = 0;
    std::vector<Item> items;
  };
  using Place = std::pair<std::uint64_t, std::size_t>;  // a request's number, and an item of it

  Request* find(const IdempotencyToken& token) REQUIRES(mutex_);
  Request& find_or_add(const RequestItem& item, TimePoint since) REQUIRES(mutex_);
  void remember(const RememberedResponse& response) REQUIRES(mutex_);
  void begin(Request& request, Item& item) REQUIRES(mutex_);
  void check_room(const Request& request, std::size_t items) REQUIRES(mutex_);
  void forget(Request& request) REQUIRES(mutex_);
  void forget_old(std::size_t steps) REQUIRES(mutex_);
  void ended(const std::string& key, Place place, const PublishResult& result) EXCLUDES(mutex_);
  static PublishResult result_of(const Item& item);

  const Clock& clock_;
  Counters& counters_;
  Mutex mutex_;  // not held while others are called
  bool knows_earlier_process_ GUARDED_BY(mutex_) = true;
  std::uint64_t last_number_ GUARDED_BY(mutex_) = 0;
  Requests requests_ GUARDED_BY(mutex_);
  std::size_t items_ GUARDED_BY(mutex_) = 0;  // of all requests
  Ages oldest_first_ GUARDED_BY(mutex_);
  std::map<Place, std::vector<PublishDone>> waiting_ GUARDED_BY(mutex_);
  std::size_t waiting_count_ GUARDED_BY(mutex_) = 0;
};

}  // namespace bridge
