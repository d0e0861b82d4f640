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

/// How long messages of QoS 1 and 2 wait for the connection to come back before they are refused: a broker
/// that closes on one caller's forbidden topic is back within milliseconds, and the others need not notice.
constexpr std::chrono::seconds reconnect_grace{1};

/// How long nothing is sent after a refusal: long enough to see whether the broker closes the connection for
/// it, in which what is sent now would be lost.
constexpr std::chrono::milliseconds hold_after_refusal{30};

}  // namespace

Publisher::Publisher(const Settings& settings, Session& session, const Clock& clock, Counters& counters)
    : settings_(settings.publish),
      allowed_dollar_filters_(settings.mqtt.allow_dollar_topics),
      session_(session),
      clock_(clock),
      counters_(counters),
      last_sign_of_life_(clock.now()) {}

Publisher::~Publisher() { stop(); }

void Publisher::submit(Message message, TimePoint deadline, PublishDone done) {
  check_message(message);
  check_reserved(message.topic_name);
  auto entry = std::make_shared<Entry>();
  entry->message = std::move(message);
  entry->asked_qos = entry->message.qos;
  entry->done = std::move(done);
  entry->size = publish_packet_size(entry->message, 5);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) throw *shutting_down().error;
    if (!connected_ && !waits_for_reconnect(entry->asked_qos)) throw *not_connected().error;
    if (queue_.size() >= settings_.queue_messages || held_bytes_ + entry->size > settings_.queue_bytes) {
      counters_.publish_queue_full.add();
      throw Error(Errc::queue_full, "too many messages wait for the broker; the message was not sent");
    }
    held_bytes_ += entry->size;
    entry->sequence = next_sequence_++;
    entry->due = deadlines_.emplace_hint(deadlines_.end(), deadline, entry);
    queue_.push_back(std::move(entry));
    if (has_work() || !connected_ || deadline < sleeps_until_) wake = take_sleeper();
  }
  if (wake) work_.notify_one();
}

/// Whether the publishing thread must be woken, which is asked once for each of its sleeps: a wake-up is a
/// system call, and under load it is awake.
bool Publisher::take_sleeper() { return std::exchange(sleeps_until_, std::nullopt).has_value(); }

void Publisher::check_reserved(const std::string& topic_name) const {
  if (!is_dollar_topic(topic_name)) return;
  const bool allowed =
      std::any_of(allowed_dollar_filters_.begin(), allowed_dollar_filters_.end(),
                  [&](const std::string& filter) { return topic_matches(filter, topic_name); });
  if (!allowed)
    throw Error(Errc::reserved_topic, "topic: names that begin with '$' belong to the broker",
                reason_code::not_authorized);
}

bool Publisher::waits_for_reconnect(QoS qos) const {
  return qos != QoS::at_most_once && lost_at_ && clock_.now() - *lost_at_ < reconnect_grace;
}

void Publisher::on_connected(const BrokerLimits& limits) {
  {
    const std::lock_guard lock(mutex_);
    connected_ = true;
    hold_until_ = {};
    ++connection_;
    limits_ = limits;
  }
  work_.notify_one();
}

void Publisher::on_disconnected() {
  {
    const std::lock_guard lock(mutex_);
    connected_ = false;
    lost_at_ = clock_.now();
    suspect_topics_.lost(*lost_at_);
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
    if (has_work() || !connected_ || hold_until_ != TimePoint{}) wake = take_sleeper();
  }
  if (wake) work_.notify_one();
  tell(endings);
}

void Publisher::outcome_of(const PublishEnd& published, Endings& endings) {
  const auto found = in_flight_.find(published.id);
  if (found == in_flight_.end()) return;
  const EntryPtr entry = std::move(found->second);
  in_flight_.erase(found);
  switch (published.outcome.kind) {
    case PublishOutcome::Kind::accepted:
      counters_.publish_accepted.add();
      end(entry, {std::nullopt, published.outcome.reason_code}, endings);
      release(entry);
      break;
    case PublishOutcome::Kind::refused:
      refused(entry, published.outcome.reason_code, endings);
      release(entry);
      break;
    case PublishOutcome::Kind::interrupted:
      interrupted(entry, endings);
      break;
  }
}

/// What the broker refused on a repeat, it may have taken before; but not where its ACL forbids the topic.
void Publisher::refused(const EntryPtr& entry, int code, Endings& endings) {
  counters_.publish_refused.add();
  const bool forbidden = code == reason_code::not_authorized;
  if (forbidden) refused_topics_.remember(entry->message.topic_name, code, clock_.now());
  if (forbidden && closes_on_refusal_) hold_until_ = clock_.now() + hold_after_refusal;
  end(entry, forbidden || entry->times_sent == 1 ? refusal(code) : unconfirmed(), endings);
}

/// The session has ended under a message. QoS 1 is sent again (MQTT 5.0, 4.3.2); QoS 0 was now or never, and
/// QoS 2 sent anew would be a second message (4.3.3).
void Publisher::interrupted(const EntryPtr& entry, Endings& endings) {
  if (entry->asked_qos != QoS::at_least_once) end(entry, unconfirmed(), endings);
  if (entry->ended) return release(entry);
  again_.emplace(entry->sequence, entry);
}

/// The entry has left queue, window and repeats.
void Publisher::release(const EntryPtr& entry) { held_bytes_ -= entry->size; }

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

void Publisher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
  Endings endings;
  {
    const std::lock_guard lock(mutex_);
    while (!deadlines_.empty()) {
      const EntryPtr entry = deadlines_.begin()->second;
      end(entry, entry->times_sent > 0 ? unconfirmed() : shutting_down(), endings);
    }
    queue_.clear();
    again_.clear();
  }
  tell(endings);
}

TimePoint Publisher::last_sign_of_life() const {
  const std::lock_guard lock(mutex_);
  return last_sign_of_life_;
}

}  // namespace bridge
