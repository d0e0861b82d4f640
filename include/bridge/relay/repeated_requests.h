#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/outbox.h"
#include "bridge/core/seeded_hash.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/publisher.h"
#include "bridge/relay/request_item.h"

namespace bridge {

/// Gives the first answer again to a repeat of the same request (`Idempotency-Key`), so that a client that
/// does not know what became of it can ask once more without sending the message twice. What came to nothing
/// (a refusal: not sent and not stored) is not kept: there a repeat is a new attempt. Kept in memory for 10
/// minutes, within bounds, the oldest request forgotten first; what was stored also over a restart. Safe from
/// any thread.
class RepeatedRequests {
 public:
  static constexpr std::chrono::minutes memory{10};
  static constexpr std::size_t capacity = 100'000;          // requests
  static constexpr std::size_t item_capacity = 1'000'000;   // messages of all of them
  static constexpr std::size_t waiting_capacity = 100'000;  // repeats of a message that has no outcome yet

  /// @param responses those of an earlier process, from the outbox.
  RepeatedRequests(const Clock& clock, Counters& counters,
                   const std::vector<RememberedResponse>& responses = {});

  /// From now on until remember() no request is let through: whether it is a repeat cannot be told.
  void await_earlier_process();
  /// The answers of an earlier process, where they became known later than at the start.
  void remember(const std::vector<RememberedResponse>& responses);
  /// @param items of the request.
  /// @throws Error key_reused if the key came with another request before; storage_failed as long as what an
  ///   earlier process kept is not known; queue_full if the first one has no
  ///   outcome yet, and there is no room for so many that wait for it.
  void check(const IdempotencyToken& request, std::size_t items);
  /// Publisher::submit() for an item that comes for the first time. Of a repeat, `done` is told what the
  /// first one was told, as soon as that is known.
  /// @throws Error as Publisher::submit(), and as check(). Then `done` is not called.
  void submit(Publisher& publisher, const RequestItem& item, Message message, PublishOptions options,
              PublishDone done);

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

  Request* find(const IdempotencyToken& token);
  Request& find_or_add(const RequestItem& item, TimePoint since);
  void remember(const RememberedResponse& response);
  void begin(Request& request, Item& item);
  void check_room(const Request& request, std::size_t items);
  void forget(Request& request);
  void forget_old(std::size_t steps);
  void ended(const std::string& key, Place place, const PublishResult& result);
  static PublishResult result_of(const Item& item);

  const Clock& clock_;
  Counters& counters_;
  std::mutex mutex_;
  bool knows_earlier_process_ = true;
  std::uint64_t last_number_ = 0;
  Requests requests_;
  std::size_t items_ = 0;  // of all requests
  Ages oldest_first_;
  std::map<Place, std::vector<PublishDone>> waiting_;
  std::size_t waiting_count_ = 0;
};

}  // namespace bridge
