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
  return stopping_ ||
         (connected_ && hold_until_ == TimePoint{} && room() > 0 && !(queue_.empty() && again_.empty()));
}

/// @return false when it is time to stop: then nothing more is handed over.
bool Publisher::wait_for_work() {
  std::unique_lock lock(mutex_);
  last_sign_of_life_ = clock_.now();
  if (has_work()) return !stopping_;
  TimePoint until = clock_.now() + longest_round;
  if (!deadlines_.empty()) until = std::min(until, deadlines_.begin()->first);
  if (connected_ && hold_until_ != TimePoint{}) until = std::min(until, hold_until_);
  sleeps_until_ = until;
  work_.wait_until(lock, until);
  sleeps_until_.reset();
  return !stopping_;
}

/// Sends before it ends what is overdue: a caller who does not want to wait at all still wants it sent.
void Publisher::pump() {
  Endings endings;
  std::vector<Sending> batch;
  std::uint64_t connection = 0;
  {
    const std::lock_guard lock(mutex_);
    end_unsent_while_away(endings);
    batch = take_batch(endings);
    connection = connection_;
  }
  send(batch, connection, endings);
  {
    const std::lock_guard lock(mutex_);
    end_overdue(endings);
  }
  tell(endings);
}

void Publisher::end_overdue(Endings& endings) {
  const TimePoint now = clock_.now();
  if (deadlines_.empty() || deadlines_.begin()->first > now) return;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const EntryPtr entry = deadlines_.begin()->second;
    end(entry, entry->times_sent > 0 ? unconfirmed() : too_slow(), endings);
  }
  forget_ended();
}

/// Those in flight keep their place until the session has told their outcome.
void Publisher::forget_ended() {
  const auto forget = [this](const EntryPtr& entry) {
    if (entry->ended) release(entry);
    return entry->ended;
  };
  std::erase_if(queue_, forget);
  std::erase_if(again_, [&](const auto& entry) { return forget(entry.second); });
}

void Publisher::end_unsent_while_away(Endings& endings) {
  if (connected_ || queue_.empty()) return;
  for (const EntryPtr& entry : queue_)
    if (!waits_for_reconnect(entry->asked_qos)) end(entry, not_connected(), endings);
  forget_ended();
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
    ++entry->times_sent;
    in_flight_.emplace(id, entry);
    batch.push_back({id, std::move(entry)});
  }
  return batch;
}

/// What was interrupted goes before what is new: nothing overtakes (MQTT 5.0, 4.6).
Publisher::EntryPtr Publisher::take_next() {
  EntryPtr entry;
  if (!again_.empty()) {
    entry = std::move(again_.begin()->second);
    again_.erase(again_.begin());
  } else if (!queue_.empty()) {
    entry = std::move(queue_.front());
    queue_.pop_front();
  }
  return entry;
}

/// Ends and releases what may not. What was sent before may have arrived, unless its topic is forbidden.
bool Publisher::may_be_sent(const EntryPtr& entry, TimePoint now, Endings& endings) {
  if (const auto code = refused_topics_.refusal(entry->message.topic_name, now)) {
    end(entry, refusal(*code), endings);
  } else {
    try {
      check_limits(entry->message, limits_);
      ask_about_suspect(entry->message, now);
    } catch (const Error& error) {
      end(entry, entry->times_sent > 0 ? unconfirmed() : PublishResult{error, 0}, endings);
    }
  }
  if (entry->ended) release(entry);
  return !entry->ended;
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
  session_.send_published();
}

/// The connection went away under a batch: what was not sent goes back to where it came from, last one first.
void Publisher::take_back(std::vector<Sending>::const_reverse_iterator from,
                          std::vector<Sending>::const_reverse_iterator to, std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  for (auto sending = from; sending != to; ++sending) {
    const EntryPtr& entry = sending->entry;
    in_flight_.erase(sending->id);
    --entry->times_sent;
    if (entry->ended)
      release(entry);
    else if (entry->times_sent > 0)
      again_.emplace(entry->sequence, entry);
    else
      queue_.push_front(entry);
  }
  if (connection == connection_ && connected_) {  // the session's own word is still on its way
    connected_ = false;
    lost_at_ = clock_.now();
  }
}

void Publisher::not_taken(const Sending& sending, int code, Endings& endings) {
  const std::lock_guard lock(mutex_);
  const EntryPtr& entry = sending.entry;
  in_flight_.erase(sending.id);
  end(entry,
      --entry->times_sent > 0
          ? unconfirmed()
          : failure(Errc::not_connected, "the MQTT client did not take the message", code),
      endings);
  release(entry);
}

}  // namespace bridge
