#include "bridge/relay/repeated_requests.h"

#include <algorithm>
#include <utility>

#include "bridge/core/error.h"
#include "publish_results.h"

namespace bridge {
namespace {

/// @return true if the message was neither sent nor stored.
bool came_to_nothing(const PublishResult& result) {
  return result.error && result.error->errc() != Errc::unconfirmed;
}

}  // namespace

RepeatedRequests::RepeatedRequests(const Clock& clock, Counters& counters,
                                   const std::vector<RememberedResponse>& responses)
    : clock_(clock), counters_(counters) {
  remember(responses);
}

void RepeatedRequests::await_earlier_process() {
  const MutexLock lock(mutex_);
  knows_earlier_process_ = false;
}

void RepeatedRequests::remember(const std::vector<RememberedResponse>& responses) {
  const MutexLock lock(mutex_);
  knows_earlier_process_ = true;
  auto oldest_first = responses;
  std::sort(oldest_first.begin(), oldest_first.end(),
            [](const RememberedResponse& a, const RememberedResponse& b) { return a.age > b.age; });
  for (const RememberedResponse& each : oldest_first) remember(each);
}

void RepeatedRequests::remember(const RememberedResponse& response) {
  const RequestItem place = request_item_of(response.token);
  if (place.item >= item_capacity) return;
  const auto found = requests_.find(place.request.key);
  if (found != requests_.end() && found->second.fingerprint != place.request.fingerprint)
    return;  // a newer one
  Request& request = find_or_add(place, clock_.now() - response.age);
  Item& item = request.items[place.item];
  if (item.state != Item::State::nothing) return;
  item.state = Item::State::taken;
  item.id = response.id;
  ++request.known;
  request.since = std::max(request.since, clock_.now() - response.age);
  oldest_first_.splice(oldest_first_.end(), oldest_first_, request.age);
}

void RepeatedRequests::check(const IdempotencyToken& request, std::size_t items) {
  const MutexLock lock(mutex_);
  const Request* first = find(request);
  if (first != nullptr && first->under_way > 0) check_room(*first, items);
}

void RepeatedRequests::check_room(const Request& request, std::size_t items) {
  if (waiting_count_ + std::min(items, request.under_way) <= waiting_capacity) return;
  counters_.requests_waiting_full.add();
  throw Error(Errc::queue_full,
              "too many repeats wait for the outcome of the first request; try again later");
}

RepeatedRequests::Request* RepeatedRequests::find(const IdempotencyToken& token) {
  if (!knows_earlier_process_)
    throw Error(Errc::storage_failed,
                "Idempotency-Key: earlier responses cannot be read from disk yet; retry later");
  forget_old(2);
  const auto found = requests_.find(token.key);
  if (found == requests_.end()) return nullptr;
  Request& request = found->second;
  if (request.under_way == 0 && clock_.now() - request.since >= memory) {
    forget(request);
    return nullptr;
  }
  if (request.fingerprint != token.fingerprint)
    throw Error(Errc::key_reused, "Idempotency-Key: came with another request before; choose a new one");
  return &request;
}

void RepeatedRequests::submit(Publisher& publisher, const RequestItem& of, Message message,
                              PublishOptions options, PublishDone done) {
  Place place{0, of.item};
  PublishResult first;
  options.token = token_of(of);
  {
    const MutexLock lock(mutex_);
    find(of.request);
    Request& request = find_or_add(of, clock_.now());
    Item& item = request.items[of.item];
    if (item.state != Item::State::nothing) counters_.requests_repeated.add();
    if (item.state == Item::State::under_way) {
      check_room(request, 1);
      waiting_[{request.number, of.item}].push_back(std::move(done));
      ++waiting_count_;
      return;
    }
    if (item.state == Item::State::nothing) {
      begin(request, item);
      place.first = request.number;
    } else {
      first = result_of(item);
    }
  }
  if (place.first == 0) return done(std::move(first));
  try {
    publisher.submit(std::move(message), std::move(options),
                     [this, key = of.request.key, place, done = std::move(done)](PublishResult result) {
                       ended(key, place, result);
                       done(std::move(result));
                     });
  } catch (const Error& error) {
    ended(of.request.key, place, {error, 0, {}});
    throw;
  } catch (...) {
    ended(of.request.key, place, {Error(Errc::internal, "the request could not be carried out"), 0, {}});
    throw;
  }
}

/// A request that an earlier process answered may have fewer items here than it had: the outbox knows only
/// those that were stored.
RepeatedRequests::Request& RepeatedRequests::find_or_add(const RequestItem& item, TimePoint since) {
  const auto [found, is_new] = requests_.try_emplace(item.request.key);
  Request& request = found->second;
  if (is_new) {
    request.fingerprint = item.request.fingerprint;
    request.number = ++last_number_;
    request.since = since;
    request.age = oldest_first_.insert(oldest_first_.end(), &*found);
  }
  const std::size_t before = request.items.size();
  if (before < item.items) {
    request.items.resize(item.items);
    items_ += item.items - before;
    ++request.under_way;  // it is not the one to be forgotten
    forget_old(2 + item.items - before);
    --request.under_way;
  }
  return request;
}

void RepeatedRequests::begin(Request& request, Item& item) {
  item.state = Item::State::under_way;
  ++request.under_way;
  request.since = clock_.now();
  oldest_first_.splice(oldest_first_.end(), oldest_first_, request.age);
}

void RepeatedRequests::forget(Request& request) {
  items_ -= request.items.size();
  const auto age = request.age;
  const auto key = requests_.find((*age)->first);
  oldest_first_.erase(age);
  requests_.erase(key);
}

/// Requests without an outcome yet are spared: others may wait for it.
/// @param steps at most: a few more than there are new items are enough to keep the bounds.
void RepeatedRequests::forget_old(std::size_t steps) {
  for (; steps > 0 && !oldest_first_.empty(); --steps) {
    Request& oldest = oldest_first_.front()->second;
    const bool too_many = requests_.size() > capacity || items_ > item_capacity;
    if (!too_many && clock_.now() - oldest.since < memory) return;
    if (oldest.under_way == 0)
      forget(oldest);
    else
      oldest_first_.splice(oldest_first_.end(), oldest_first_, oldest.age);
  }
}

void RepeatedRequests::ended(const std::string& key, Place place, const PublishResult& result) {
  std::vector<PublishDone> waiting;
  {
    const MutexLock lock(mutex_);
    Request& request = requests_.at(key);  // what is under way is not forgotten
    Item& item = request.items[place.second];
    --request.under_way;
    if (came_to_nothing(result)) {
      item.state = Item::State::nothing;
    } else {
      ++request.known;
      item = {result.error ? Item::State::unknown : Item::State::taken, result.reason_code, result.id};
    }
    if (request.under_way == 0 && request.known == 0) forget(request);
    if (auto waited = waiting_.extract(place)) waiting = std::move(waited.mapped());
    waiting_count_ -= waiting.size();
  }
  for (const PublishDone& done : waiting) done(result);
}

PublishResult RepeatedRequests::result_of(const Item& item) {
  if (item.state == Item::State::unknown) return unconfirmed();
  return {std::nullopt, item.reason_code, item.id};
}

}  // namespace bridge
