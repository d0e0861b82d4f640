#include "bridge/relay/repeated_requests.h"

#include <algorithm>
#include <utility>

#include "bridge/core/error.h"

namespace bridge {
namespace {

/// Whether the message was neither sent nor stored.
bool came_to_nothing(const PublishResult& result) {
  return result.error && result.error->errc() != Errc::unconfirmed;
}

}  // namespace

RepeatedRequests::RepeatedRequests(const Clock& clock, Counters& counters,
                                   const std::vector<KeptAnswer>& kept)
    : clock_(clock), counters_(counters) {
  remember(kept);
}

void RepeatedRequests::remember(const std::vector<KeptAnswer>& kept) {
  const std::lock_guard lock(mutex_);
  auto oldest_first = kept;
  std::sort(oldest_first.begin(), oldest_first.end(),
            [](const KeptAnswer& a, const KeptAnswer& b) { return a.age > b.age; });
  for (const KeptAnswer& each : oldest_first) {
    if (answers_.contains(each.mark.key)) continue;  // a newer one
    add(each.mark, clock_.now() - each.age);
    Answer& answer = answers_[each.mark.key];
    answer.is_known = true;
    answer.result.id = each.id;
  }
}

void RepeatedRequests::check(const RequestMark& mark) {
  const std::lock_guard lock(mutex_);
  find(mark);
}

RepeatedRequests::Answer* RepeatedRequests::find(const RequestMark& mark) {
  forget_old();
  const auto found = answers_.find(mark.key);
  if (found == answers_.end()) return nullptr;
  if (found->second.is_known && clock_.now() - found->second.since >= memory) {
    answers_.erase(found);
    return nullptr;
  }
  if (found->second.fingerprint != mark.fingerprint)
    throw Error(Errc::key_reused, "Idempotency-Key: came with another request before; choose a new one");
  return &found->second;
}

void RepeatedRequests::submit(Publisher& publisher, Message message, PublishOptions options,
                              PublishDone done) {
  const RequestMark mark = *options.mark;
  std::uint64_t number = 0;
  PublishResult first;
  {
    const std::lock_guard lock(mutex_);
    Answer* answer = find(mark);
    if (answer != nullptr) counters_.requests_repeated.add();
    if (answer != nullptr && !answer->is_known) return answer->waiting.push_back(std::move(done));
    if (answer != nullptr)
      first = answer->result;
    else
      number = add(mark, clock_.now());
  }
  if (number == 0) return done(std::move(first));
  try {
    publisher.submit(std::move(message), std::move(options),
                     [this, key = mark.key, number, done = std::move(done)](PublishResult result) {
                       ended(key, number, result);
                       done(std::move(result));
                     });
  } catch (const Error& error) {
    ended(mark.key, number, {error, 0, {}});
    throw;
  } catch (...) {
    ended(mark.key, number, {Error(Errc::internal, "the request could not be carried out"), 0, {}});
    throw;
  }
}

std::uint64_t RepeatedRequests::add(const RequestMark& mark, TimePoint since) {
  const std::uint64_t number = ++last_number_;
  Answer& answer = answers_[mark.key];
  answer = {};
  answer.fingerprint = mark.fingerprint;
  answer.number = number;
  answer.since = since;
  oldest_first_.push_back({since, mark.key, number});
  forget_old();
  return number;
}

/// What is not yet answered is spared: others may wait for it. Two a time are enough to keep the bound, since
/// one is added a time.
void RepeatedRequests::forget_old() {
  for (int i = 0; i < 2 && !oldest_first_.empty(); ++i) {
    if (oldest_first_.size() <= capacity && clock_.now() - oldest_first_.front().since < memory) return;
    Age oldest = std::move(oldest_first_.front());
    oldest_first_.pop_front();
    const auto found = answers_.find(oldest.key);
    if (found == answers_.end() || found->second.number != oldest.number) continue;
    if (found->second.is_known)
      answers_.erase(found);
    else
      oldest_first_.push_back(std::move(oldest));
  }
}

void RepeatedRequests::ended(const std::string& key, std::uint64_t number, const PublishResult& result) {
  std::vector<PublishDone> waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(key);
    if (found == answers_.end() || found->second.number != number) return;
    waiting = std::exchange(found->second.waiting, {});
    found->second.is_known = true;
    found->second.result = result;
    if (came_to_nothing(result)) answers_.erase(found);
  }
  for (const PublishDone& done : waiting) done(result);
}

}  // namespace bridge
