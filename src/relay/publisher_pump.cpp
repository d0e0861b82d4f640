// The publishing thread: the one that hands messages to the session. The client library has one lock for
// everything, so that one thread is faster than many (docs/architecture.md).
#include <algorithm>
#include <utility>

#include "bridge/core/reason_code.h"
#include "bridge/relay/publisher.h"
#include "message_rules.h"
#include "publish_results.h"
#include "publisher_entry.h"

namespace bridge {
namespace {

constexpr std::chrono::milliseconds longest_round{500};
constexpr std::size_t batch_size = 64;

}  // namespace

void Publisher::start() {
  thread_ = std::thread([this] { run(); });
}

void Publisher::run() {
  while (wait_for_work()) pump();
}

std::size_t Publisher::room() const {
  const auto window = std::min<std::size_t>(settings_.window, limits_.receive_maximum);
  return in_flight_.size() < window ? window - in_flight_.size() : 0;
}

bool Publisher::has_work() const {
  if (stopping_) return true;
  if (!connected_) return false;
  if (!backlog_.written.empty() && !backlog_.confirming) return true;
  if (hold_until_ != TimePoint{} || room() == 0) return false;
  return !queue_.empty() || has_next_in_order();
}

/// What may be sent now of what nothing overtakes.
bool Publisher::has_next_in_order() const {
  if (setbacks_.any() && setbacks_.hold(clock_.now())) return false;
  if (must_wait_for_next_process()) return false;
  return !again_.empty() || can_drain() || (!ordered_.empty() && backlog_.size() == 0);
}

/// @return false when it is time to stop: then nothing more is handed over.
bool Publisher::wait_for_work() {
  std::unique_lock lock(mutex_);
  last_sign_of_life_ = clock_.now();
  if (has_work()) return !stopping_;
  const TimePoint until = next_round();
  sleeps_until_ = until;
  work_.wait_until(lock, until);
  sleeps_until_.reset();
  return !stopping_;
}

TimePoint Publisher::next_round() const {
  TimePoint until = clock_.now() + longest_round;
  if (!deadlines_.empty()) until = std::min(until, deadlines_.begin()->first);
  if (connected_ && hold_until_ != TimePoint{}) until = std::min(until, hold_until_);
  if (connected_ && setbacks_.any() && setbacks_.until() > clock_.now())
    until = std::min(until, setbacks_.until());
  if (!connected_ && lost_at_ && !absence_is_known_) until = std::min(until, *lost_at_ + reconnect_grace);
  return until;
}

/// Sends before it ends what is overdue: a caller who does not want to wait at all still wants it sent.
void Publisher::pump() {
  Endings endings;
  Batch batch;
  std::uint64_t connection = 0;
  {
    const std::lock_guard lock(mutex_);
    while_away(endings);
    batch = take_batch(endings);
    connection = connection_;
  }
  send(batch, connection, endings);
  ask_whether_written_arrived();
  session_.send_published();
  {
    const std::lock_guard lock(mutex_);
    end_overdue(endings);
    hand_in_settled();
    look_for_unknown();
    fetch_if_wanted();
  }
  tell(endings);
}

void Publisher::end_overdue(Endings& endings) {
  const TimePoint now = clock_.now();
  if (deadlines_.empty() || deadlines_.begin()->first > now) return;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const EntryPtr entry = deadlines_.begin()->second;
    overdue(entry, endings);
  }
  forget_ended();
}

/// What can be stored gets more time, for the disk. A message on its way to a disk that hangs may yet arrive
/// there.
void Publisher::overdue(const EntryPtr& entry, Endings& endings) {
  if (can_be_stored(*entry) && entry->times_sent > 0)
    store(entry);
  else if (can_be_stored(*entry))
    spill(entry.get());
  else
    end(entry, entry->times_sent > 0 || entry->place != Entry::Place::memory ? unconfirmed() : too_slow(),
        endings);
}

/// Those in flight keep their place until the session has told their outcome.
void Publisher::forget_ended() {
  const auto forget = [this](const EntryPtr& entry) {
    if (entry->is_done_with()) release(entry);
    return entry->is_done_with();
  };
  std::erase_if(queue_, forget);
  std::erase_if(ordered_, forget);
  std::erase_if(again_, [&](const auto& entry) { return forget(entry.second); });
}

/// Ends or stores what does not wait for the connection to come back.
void Publisher::while_away(Endings& endings) {
  if (connected_) return;
  bool ended = false;
  for (const EntryPtr& entry : queue_) {
    if (waits_for_reconnect(entry->asked_qos)) continue;
    end(entry, not_connected(), endings);
    ended = true;
  }
  if (ended) forget_ended();
  if (waits_for_reconnect(QoS::at_least_once) || absence_is_known_) return;
  absence_is_known_ = true;
  store_all();
}

/// Whether a refusal is so fresh that the broker may be about to close the connection. One that has not done
/// so in time is not waited for again.
bool Publisher::is_held() {
  if (hold_until_ == TimePoint{}) return false;
  if (clock_.now() < hold_until_) return true;
  hold_until_ = {};
  closes_on_refusal_ = false;
  return false;
}

/// What is sent next, booked as in flight before the session sees it: an outcome may come at once.
Publisher::Batch Publisher::take_batch(Endings& endings) {
  Batch batch;
  if (!connected_ || is_held()) return batch;
  const TimePoint now = clock_.now();
  for (std::size_t left = std::min(room(), batch_size); left > 0; --left) {
    EntryPtr entry = take_next();
    while (entry && !may_be_sent(entry, now, endings)) entry = take_next();
    if (!entry) break;
    const PublishId id = next_id_++;
    if (entry->times_sent++ == 0) entry->sequence = next_sequence_++;
    in_flight_.emplace(id, entry);
    if (entry->storable) setbacks_.sent(id);
    batch.push_back({id, std::move(entry)});
  }
  return batch;
}

/// What was interrupted goes before what is new, and what is stored before what would follow it: nothing
/// overtakes (MQTT 5.0, 4.6). QoS 0, which is now or never, takes turns with what is stored.
Publisher::EntryPtr Publisher::take_next() {
  const bool in_order = has_next_in_order();
  if (in_order && !again_.empty()) {
    EntryPtr entry = std::move(again_.begin()->second);
    again_.erase(again_.begin());
    return entry;
  }
  std::deque<EntryPtr>* from = &queue_;
  if (in_order && can_drain()) {
    backlog_.turn = !backlog_.turn;
    if (queue_.empty() || backlog_.turn) from = &backlog_.fetched;
  } else if (in_order && !ordered_.empty()) {
    if (queue_.empty() || ordered_.front()->submitted < queue_.front()->submitted) from = &ordered_;
  }
  if (from->empty()) return nullptr;
  EntryPtr entry = std::move(from->front());
  from->pop_front();
  return entry;
}

/// Ends and releases what may not.
bool Publisher::may_be_sent(const EntryPtr& entry, TimePoint now, Endings& endings) {
  if (has_expired(*entry, now)) {
    expire(entry, endings);
    release(entry);
    return false;
  }
  if (const auto error = refusal_of(*entry, now)) {
    refuse(entry, *error, endings);
    release(entry);
    return false;
  }
  prepare(*entry, now);
  return true;
}

void Publisher::expire(const EntryPtr& entry, Endings& endings) {
  if (entry->place == Entry::Place::memory)
    return end(entry, failure(Errc::queue_full, "the message expired before it could be sent"), endings);
  counters_.outbox_expired.add();
  settle(entry);
}

std::optional<Error> Publisher::refusal_of(Entry& entry, TimePoint now) {
  if (const auto code = refused_topics_.refusal(entry.message.topic_name, now)) return refusal(*code).error;
  try {
    check_limits(entry.message, limits_);
    const TopicGuard::Verdict verdict = verdict_of(entry, now);
    if (verdict == TopicGuard::Verdict::hold) return held_back().error;
    ask_about_suspect(entry.message, verdict == TopicGuard::Verdict::ask, now);
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

/// Of what was sent before, it is not known that it has not arrived, unless its topic is forbidden.
void Publisher::refuse(const EntryPtr& entry, const Error& error, Endings& endings) {
  const int code = error.wire_code() != 0 ? error.wire_code() : reason_code::packet_too_large;
  if (entry->place == Entry::Place::stored) return bury(entry, code);
  const bool certain = error.errc() == Errc::not_authorized || entry->times_sent == 0;
  conclude(entry, certain ? PublishResult{error, 0, {}} : unconfirmed(), endings);
}

}  // namespace bridge
