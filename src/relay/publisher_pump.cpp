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
  return !queue_.empty() || !again_.empty() || can_drain() || (!ordered_.empty() && backlog_.size() == 0);
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
  if (!connected_ && lost_at_ && !absence_is_known_) until = std::min(until, *lost_at_ + reconnect_grace);
  return until;
}

/// Sends before it ends what is overdue: a caller who does not want to wait at all still wants it sent.
void Publisher::pump() {
  Endings endings;
  std::vector<Sending> batch;
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
std::vector<Publisher::Sending> Publisher::take_batch(Endings& endings) {
  std::vector<Sending> batch;
  if (!connected_ || is_held()) return batch;
  const TimePoint now = clock_.now();
  for (std::size_t left = std::min(room(), batch_size); left > 0; --left) {
    EntryPtr entry = take_next();
    while (entry && !may_be_sent(entry, now, endings)) entry = take_next();
    if (!entry) break;
    const PublishId id = next_id_++;
    if (entry->times_sent++ == 0) entry->sequence = next_sequence_++;
    in_flight_.emplace(id, entry);
    batch.push_back({id, std::move(entry)});
  }
  return batch;
}

/// What was interrupted goes before what is new, and what is stored before what would follow it: nothing
/// overtakes (MQTT 5.0, 4.6). QoS 0, which is now or never, takes turns with what is stored.
Publisher::EntryPtr Publisher::take_next() {
  if (!again_.empty()) {
    EntryPtr entry = std::move(again_.begin()->second);
    again_.erase(again_.begin());
    return entry;
  }
  std::deque<EntryPtr>* from = &queue_;
  if (can_drain()) {
    backlog_.turn = !backlog_.turn;
    if (queue_.empty() || backlog_.turn) from = &backlog_.fetched;
  } else if (backlog_.size() == 0 && !ordered_.empty()) {
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
    ask_about_suspect(entry.message, now);
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

/// See SuspectTopics. MQTT 3.1.1 has no way to be told of a refusal.
void Publisher::ask_about_suspect(Message& message, TimePoint now) {
  if (message.qos != QoS::at_most_once || limits_.protocol_version < 5) return;
  if (limits_.maximum_qos != QoS::at_most_once && suspect_topics_.take(message.topic_name, now))
    message.qos = QoS::at_least_once;
  else
    suspect_topics_.sending(message.topic_name, now);
}

void Publisher::send(const std::vector<Sending>& batch, std::uint64_t connection, Endings& endings) {
  for (auto sending = batch.begin(); sending != batch.end(); ++sending) {
    const int code = session_.publish(sending->id, sending->entry->message);
    if (code == 0) continue;
    if (code == client_code::not_connected) {
      take_back(batch.rbegin(), std::make_reverse_iterator(sending), connection);
      break;
    }
    not_taken(*sending, code, endings);
  }
}

/// The connection went away under a batch: what was not sent goes back to where it came from, last one first.
void Publisher::take_back(std::vector<Sending>::const_reverse_iterator from,
                          std::vector<Sending>::const_reverse_iterator to, std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  for (auto sending = from; sending != to; ++sending) {
    const EntryPtr& entry = sending->entry;
    in_flight_.erase(sending->id);
    --entry->times_sent;
    if (entry->is_done_with())
      release(entry);
    else if (entry->times_sent > 0)
      again_.emplace(entry->sequence, entry);
    else
      (entry->drained ? backlog_.fetched : entry->storable ? ordered_ : queue_).push_front(entry);
  }
  if (connection == connection_ && connected_) {  // the session's own word is still on its way
    connected_ = false;
    absence_is_known_ = false;
    lost_at_ = clock_.now();
  }
}

void Publisher::not_taken(const Sending& sending, int code, Endings& endings) {
  const std::lock_guard lock(mutex_);
  const EntryPtr& entry = sending.entry;
  in_flight_.erase(sending.id);
  --entry->times_sent;
  if (entry->place == Entry::Place::stored)
    bury(entry, reason_code::unspecified_error);
  else
    conclude(entry,
             entry->times_sent > 0
                 ? unconfirmed()
                 : failure(Errc::not_connected, "the MQTT client did not take the message", code),
             endings);
  release(entry);
}

}  // namespace bridge
