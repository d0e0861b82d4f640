#include "bridge/relay/publisher.h"

#include <algorithm>
#include <utility>

#include "bridge/core/reason_code.h"
#include "bridge/core/topic.h"
#include "message_rules.h"
#include "publish_results.h"
#include "publisher_entry.h"

namespace bridge {
namespace {

/// How long nothing is sent after a refusal: long enough to see whether the broker closes the connection for
/// it, in which what is sent now would be lost.
constexpr std::chrono::milliseconds hold_after_refusal{30};

}  // namespace

Publisher::Publisher(const Settings& settings, Session& session, const Clock& clock, Counters& counters,
                     Outbox* outbox)
    : settings_(settings.publish),
      outbox_settings_(settings.outbox),
      allowed_dollar_filters_(settings.mqtt.allow_dollar_topics),
      session_(session),
      clock_(clock),
      counters_(counters),
      outbox_(outbox),
      last_sign_of_life_(clock.now()) {
  if (outbox_ == nullptr) return;
  const OutboxStatus status = outbox_->status();
  backlog_.unread = status.is_known ? status.messages : 1;  // what may be there goes first
}

Publisher::~Publisher() { stop(); }

void Publisher::submit(Message message, PublishOptions options, PublishDone done) {
  check_message(message);
  check_reserved(message.topic_name);
  auto entry = std::make_shared<Entry>();
  entry->message = std::move(message);
  entry->asked_qos = entry->message.qos;
  entry->done = std::move(done);
  entry->deadline = options.deadline;
  entry->size = publish_packet_size(entry->message, 5);
  entry->storable = outbox_ != nullptr && (entry->asked_qos != QoS::at_most_once || options.respond_async ||
                                           outbox_settings_.store_qos0);
  if (const auto expiry = entry->message.properties.message_expiry_interval; expiry && expiry->count() > 0)
    entry->expires = clock_.now() + *expiry;
  entry->mark = std::move(options.mark);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    const bool waits_here = admit(entry, options.respond_async);
    if (waits_here && (has_work() || !connected_ || options.deadline < sleeps_until_)) wake = take_sleeper();
  }
  if (wake) work_.notify_one();
}

/// To the disk, or into the queue that it belongs to; or throws, and has done nothing.
/// @return whether it waits in memory.
bool Publisher::admit(const EntryPtr& entry, bool respond_async) {
  if (stopping_) throw *shutting_down().error;
  const bool to_disk = belongs_on_disk(*entry, respond_async);
  if (to_disk && connected_) check_broker_takes(*entry);
  if (!to_disk && !connected_ && !waits_for_reconnect(entry->asked_qos)) throw *not_connected().error;
  if (queue_.size() + ordered_.size() + storing_ >= settings_.queue_messages ||
      held_bytes_ + entry->size > settings_.queue_bytes) {
    counters_.publish_queue_full.add();
    throw Error(Errc::queue_full, "too many messages wait for the broker; the message was not sent");
  }
  held_bytes_ += entry->size;
  entry->submitted = ++submitted_;
  entry->due = deadlines_.emplace_hint(deadlines_.end(), entry->deadline, entry);
  if (to_disk) {
    spill(nullptr);
    store(entry);
  } else {
    (entry->storable ? ordered_ : queue_).push_back(entry);
  }
  return !to_disk;
}

/// What would be a dead letter is not stored.
void Publisher::check_broker_takes(const Entry& entry) const {
  if (const auto code = refused_topics_.refusal(entry.message.topic_name, clock_.now()))
    throw *refusal(*code).error;
  if (topic_guard_.holds_back(entry.message.topic_name, clock_.now())) throw *held_back().error;
  check_limits(entry.message, limits_);
}

/// Whether the publishing thread must be woken, which is asked once for each of its sleeps: a wake-up is a
/// system call, and under load it is awake.
bool Publisher::take_sleeper() { return std::exchange(sleeps_until_, std::nullopt).has_value(); }

bool Publisher::wake_if_there_is_work() { return has_work() && take_sleeper(); }

void Publisher::check_reserved(const std::string& topic_name) const {
  if (!is_dollar_topic(topic_name)) return;
  const bool allowed =
      std::any_of(allowed_dollar_filters_.begin(), allowed_dollar_filters_.end(),
                  [&](const std::string& filter) { return topic_matches(filter, topic_name); });
  if (!allowed)
    throw Error(Errc::reserved_topic,
                "topic: names that begin with '$' belong to the broker; those to be published to stand in "
                "mqtt.allow_dollar_topics",
                reason_code::not_authorized);
}

bool Publisher::waits_for_reconnect(QoS qos) const {
  return qos != QoS::at_most_once && lost_at_ && clock_.now() - *lost_at_ < reconnect_grace;
}

bool Publisher::is_connected() const {
  const std::lock_guard lock(mutex_);
  return connected_;
}

void Publisher::on_connected(const BrokerLimits& limits) {
  {
    const std::lock_guard lock(mutex_);
    connected_ = true;
    hold_until_ = {};
    ++connection_;
    limits_ = limits;
    fetch_if_wanted();
  }
  work_.notify_one();
}

void Publisher::on_disconnected() {
  {
    const std::lock_guard lock(mutex_);
    connected_ = false;
    absence_is_known_ = false;
    ++backlog_.losses;
    lost_at_ = clock_.now();
    suspect_topics_.lost(*lost_at_);
    topic_guard_.lost(*lost_at_);
    not_confirmed(std::exchange(backlog_.written, {}));
  }
  work_.notify_one();
}

void Publisher::on_published(PublishId id, PublishOutcome outcome) {
  const PublishEnd end{id, outcome};
  on_published_together({&end, 1});
}

void Publisher::on_published_together(std::span<const PublishEnd> ends) {
  Endings endings;
  endings.reserve(ends.size());
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    for (const PublishEnd& end : ends) outcome_of(end, endings);
    hand_in_settled();
    if (has_work() || !connected_ || hold_until_ != TimePoint{}) wake = take_sleeper();
    if (leaves_stored_) at_rest_.notify_all();
  }
  if (wake) work_.notify_one();
  tell(endings);
}

void Publisher::outcome_of(const PublishEnd& published, Endings& endings) {
  const auto found = in_flight_.find(published.id);
  if (found == in_flight_.end()) return;
  const EntryPtr entry = std::move(found->second);
  in_flight_.erase(found);
  const bool was_alone =
      setbacks_.ended(published.id, published.outcome.kind == PublishOutcome::Kind::accepted);
  switch (published.outcome.kind) {
    case PublishOutcome::Kind::accepted:
      accepted(entry, published.outcome.reason_code, endings);
      break;
    case PublishOutcome::Kind::refused:
      refused(entry, published.outcome.reason_code, was_alone, endings);
      break;
    case PublishOutcome::Kind::interrupted:
      interrupted(entry, endings);
      break;
  }
}

/// Of a QoS 2 message that is repeated in another session, "once" cannot be said: it gets the answer of a
/// stored one, which is on its way to the disk.
void Publisher::accepted(const EntryPtr& entry, int code, Endings& endings) {
  counters_.publish_accepted.add();
  note_accepted(entry->message);
  if (entry->place == Entry::Place::stored && entry->message.qos == QoS::at_most_once) return written(entry);
  release(entry);
  if (entry->place == Entry::Place::stored) return settle(entry);
  const PublishResult taken{std::nullopt, code, {}};
  const bool maybe_twice = entry->asked_qos == QoS::exactly_once && entry->times_sent > 1;
  if (entry->place == Entry::Place::storing) entry->verdict = taken;
  if (entry->place == Entry::Place::memory || !maybe_twice) end(entry, taken, endings);
}

/// What the broker refused on a repeat, it may have taken before; but not where its ACL forbids the topic.
void Publisher::refused(const EntryPtr& entry, int code, bool was_alone, Endings& endings) {
  counters_.publish_refused.add();
  const bool forbidden = code == reason_code::not_authorized;
  if (forbidden) {
    refused_topics_.remember(entry->message.topic_name, code, clock_.now());
    topic_guard_.refused(entry->message.topic_name, clock_.now());
  }
  if (forbidden && closes_on_refusal_) hold_until_ = clock_.now() + hold_after_refusal;
  const bool is_stored = entry->place == Entry::Place::stored;
  if (is_stored && is_transient(code) && set_back(entry, was_alone)) return;
  release(entry);
  if (is_stored) return bury(entry, code);
  conclude(entry, forbidden || entry->times_sent == 1 ? refusal(code) : unconfirmed(), endings);
}

/// Ends it; but one on its way to the disk only when the disk has forgotten it, since until then a crash
/// would have it sent again.
void Publisher::conclude(const EntryPtr& entry, PublishResult result, Endings& endings) {
  if (entry->place == Entry::Place::storing)
    entry->verdict = std::move(result);
  else
    end(entry, std::move(result), endings);
}

/// The session has ended under a message. QoS 1 is sent again (MQTT 5.0, 4.3.2), and so is whatever the disk
/// has. QoS 0 was now or never, and QoS 2 sent anew would be a second message (4.3.3): as a stored one it
/// may.
void Publisher::interrupted(const EntryPtr& entry, Endings& endings) {
  if (entry->place == Entry::Place::memory) {
    if ((entry->asked_qos == QoS::exactly_once || leaves_stored_) && may_come_again(*entry))
      store(entry);
    else if (entry->asked_qos != QoS::at_least_once)
      end(entry, unconfirmed(), endings);
    if (entry->is_done_with()) return release(entry);
  }
  again_.emplace(entry->sequence, entry);
}

/// The entry has left queue, window and repeats.
void Publisher::release(const EntryPtr& entry) {
  (entry->drained ? backlog_.drained_bytes : held_bytes_) -= entry->size;
}

/// Takes the entry out of the books and keeps its answer for tell(). An entry is ended once.
void Publisher::end(const EntryPtr& entry, PublishResult result, Endings& endings) {
  if (entry->ended) return;
  entry->ended = true;
  deadlines_.erase(entry->due);
  if (result.error && result.error->errc() == Errc::unconfirmed) counters_.publish_unconfirmed.add();
  endings.push_back({std::move(entry->done), std::move(result)});
}

/// Calls what was kept, with no lock held: a caller may submit again from there.
void Publisher::tell(Endings& endings) {
  for (Ending& ending : endings) ending.done(std::move(ending.result));
  endings.clear();
}

void Publisher::leave_stored() {
  if (outbox_ == nullptr) return;
  const std::lock_guard lock(mutex_);
  leaves_stored_ = true;
  for (const auto& [sequence, entry] : again_)
    if (may_come_again(*entry)) store(entry);
  if (must_wait_for_next_process()) spill(nullptr);
}

/// Whether what is sent now would overtake what is left to the next process.
bool Publisher::must_wait_for_next_process() const {
  return leaves_stored_ && (backlog_.size() > 0 || !again_.empty());
}

/// Whether a stop would store it, and the next process send it again.
bool Publisher::may_come_again(const Entry& entry) const {
  return can_be_stored(entry) && entry.asked_qos != QoS::at_most_once;
}

bool Publisher::nothing_to_await() const {
  if (!connected_ && !waits_for_reconnect(QoS::at_least_once)) return true;
  return backlog_.settling == 0 && storing_ == 0 &&
         std::none_of(in_flight_.begin(), in_flight_.end(), [this](const auto& sent) {
           return sent.second->place != Entry::Place::memory || may_come_again(*sent.second);
         });
}

void Publisher::await_acknowledgements(TimePoint until) {
  if (outbox_ == nullptr) return;
  constexpr std::chrono::milliseconds between_looks{20};  // that the connection stays away, nobody tells
  std::unique_lock lock(mutex_);
  while (!nothing_to_await() && clock_.now() < until) at_rest_.wait_for(lock, between_looks);
}

void Publisher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
  Endings endings;
  {
    std::unique_lock lock(mutex_);
    store_before_the_end(lock);
    while (!deadlines_.empty()) {
      const EntryPtr entry = deadlines_.begin()->second;
      const bool never = entry->times_sent == 0 && entry->place == Entry::Place::memory;
      end(entry, never ? shutting_down() : unconfirmed(), endings);
    }
    queue_.clear();
    ordered_.clear();
    again_.clear();
  }
  tell(endings);
}

TimePoint Publisher::last_sign_of_life() const {
  const std::lock_guard lock(mutex_);
  return last_sign_of_life_;
}

}  // namespace bridge
