// A batch on its way to the session, and what the session does not take of it.
#include <iterator>

#include "bridge/core/reason_code.h"
#include "bridge/relay/publisher.h"
#include "publish_results.h"
#include "publisher_entry.h"

namespace bridge {

/// What is stored has been promised, and is sent.
TopicGuard::Verdict Publisher::verdict_of(const Entry& entry, TimePoint now) {
  if (entry.place != Entry::Place::memory) return TopicGuard::Verdict::pass;
  return topic_guard_.verdict(entry.message.topic_name, now);
}

/// See SuspectTopics and TopicGuard. MQTT 3.1.1 has no way to be told of a refusal.
void Publisher::ask_about_suspect(Message& message, bool is_question, TimePoint now) {
  if (message.qos != QoS::at_most_once) return;
  if (limits_.protocol_version >= 5) {
    const bool can_answer = limits_.maximum_qos != QoS::at_most_once;
    if (can_answer && (is_question || suspect_topics_.take(message.topic_name, now))) {
      message.qos = QoS::at_least_once;
      return;
    }
    suspect_topics_.sending(message.topic_name, now);
  }
  topic_guard_.sent(message.topic_name, now);
}

/// Who speaks MQTT 3.1.1 also acknowledges what it forbids.
void Publisher::note_accepted(const Message& message) {
  if (message.qos == QoS::at_most_once) return;
  if (limits_.protocol_version >= 5)
    topic_guard_.accepted(message.topic_name);
  else
    topic_guard_.sent(message.topic_name, clock_.now());
}

void Publisher::send(const Batch& batch, std::uint64_t connection, Endings& endings) {
  for (auto sending = batch.begin(); sending != batch.end(); ++sending) {
    const int code = session_.publish(sending->id, sending->entry->message);
    if (code == 0) continue;
    const bool away = code == client_code::not_connected;
    if (!away && !not_taken(*sending, code, endings)) continue;
    const std::lock_guard lock(mutex_);
    take_back(batch, away ? sending : std::next(sending));
    if (away) seems_lost(connection);
    return;
  }
}

/// What was not sent goes back to where it came from, last one first.
void Publisher::take_back(const Batch& batch, Batch::const_iterator first) {
  for (auto sending = batch.end(); sending != first;) {
    const auto& [id, entry] = *--sending;
    in_flight_.erase(id);
    setbacks_.ended(id, false);
    --entry->times_sent;
    if (entry->is_done_with())
      release(entry);
    else if (entry->times_sent > 0 || entry->setbacks > 0)
      again_.emplace(entry->sequence, entry);
    else
      (entry->drained ? backlog_.fetched : entry->storable ? ordered_ : queue_).push_front(entry);
  }
}

/// The connection went away under a batch; the session's own word is still on its way.
void Publisher::seems_lost(std::uint64_t connection) {
  if (connection != connection_ || !connected_) return;
  connected_ = false;
  absence_is_known_ = false;
  lost_at_ = clock_.now();
}

/// The broker never saw it.
/// @return whether it is tried again, and must not be overtaken.
bool Publisher::not_taken(const Sending& sending, int code, Endings& endings) {
  const std::lock_guard lock(mutex_);
  const EntryPtr& entry = sending.entry;
  in_flight_.erase(sending.id);
  setbacks_.ended(sending.id, false);
  --entry->times_sent;
  const bool is_stored = entry->place == Entry::Place::stored;
  if (is_stored && set_back(entry, true)) return true;
  if (is_stored)
    bury(entry, reason_code::unspecified_error);
  else
    conclude(entry,
             entry->times_sent > 0
                 ? unconfirmed()
                 : failure(Errc::not_connected, "the MQTT client did not take the message", code),
             endings);
  release(entry);
  return false;
}

}  // namespace bridge
