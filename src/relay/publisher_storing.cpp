// What the publisher gives to the outbox: messages that cannot be delivered in time.
#include <algorithm>
#include <utility>

#include "bridge/relay/publisher.h"
#include "publish_results.h"
#include "publisher_entry.h"

namespace bridge {
namespace {

/// How long an answer waits for the disk. A message that is not stored by then may still be: unknown.
constexpr std::chrono::seconds patience_with_disk{5};
constexpr std::chrono::seconds last_patience_with_disk{1};

}  // namespace

bool Publisher::can_be_stored(const Entry& entry) const {
  return entry.storable && entry.place == Entry::Place::memory && !entry.store_failed && !entry.ended;
}

/// While the broker is away it is asked even of an outbox that will not take it, since it is the one to say
/// why.
bool Publisher::belongs_on_disk(const Entry& entry, bool respond_async) const {
  if (!entry.storable) return false;
  if (!connected_) return !waits_for_reconnect(entry.asked_qos) || (respond_async && outbox_->accepting());
  if (must_wait_for_next_process()) return true;
  const bool too_long_a_wait =
      backlog_.size() > settings_.window || 2 * ordered_.size() >= settings_.queue_messages;
  return (respond_async || too_long_a_wait) && outbox_->accepting();
}

/// An unsent message is the outbox's from now on; of one that was sent it gets a copy.
void Publisher::store(const EntryPtr& entry) {
  const TimePoint now = clock_.now();
  entry->place = Entry::Place::storing;
  ++storing_;
  deadlines_.erase(entry->due);
  entry->due = deadlines_.emplace(now + patience_with_disk, entry);
  if (entry->id.empty()) entry->id = ids_.next();
  OutboxRecord record;
  record.id = entry->id;
  if (entry->times_sent == 0) {
    ++backlog_.to_store;
    record.message = std::move(entry->message);
  } else {
    record.message = entry->message;
  }
  record.message.qos = entry->asked_qos;
  if (record.message.properties.message_expiry_interval == std::chrono::seconds{0})
    record.expires_in = std::chrono::milliseconds{1};
  if (entry->expires)
    record.expires_in = std::max(std::chrono::ceil<std::chrono::milliseconds>(*entry->expires - now),
                                 std::chrono::milliseconds{1});
  record.mark = std::move(entry->mark);
  outbox_->append(std::move(record), [this, entry](Appended result) { appended(entry, result); });
}

/// Everything that can be, in the order in which it was sent and will be.
void Publisher::store_all() {
  if (outbox_ == nullptr) return;
  std::vector<EntryPtr> sent;
  for (const auto& [id, entry] : in_flight_) sent.push_back(entry);
  for (const auto& [sequence, entry] : again_) sent.push_back(entry);
  std::sort(sent.begin(), sent.end(),
            [](const EntryPtr& a, const EntryPtr& b) { return a->sequence < b->sequence; });
  for (const EntryPtr& entry : sent)
    if (may_come_again(*entry)) store(entry);
  spill(nullptr);
}

/// What waits to be sent for the first time, up to and with `last`, or all: it goes to the disk in its order.
void Publisher::spill(const Entry* last) {
  while (!ordered_.empty()) {
    const EntryPtr entry = std::move(ordered_.front());
    ordered_.pop_front();
    if (entry->is_done_with())
      release(entry);
    else
      store(entry);
    if (entry.get() == last) return;
  }
}

void Publisher::appended(const EntryPtr& entry, Appended result) {
  Endings endings;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    --storing_;
    if (entry->times_sent == 0) --backlog_.to_store;
    if (result.kept == Kept::yes)
      kept(entry, result.sequence, endings);
    else
      not_kept(entry, result.kept, endings);
    hand_in_settled();
    fetch_if_wanted();
    wake = wake_if_there_is_work();
    if (storing_ == 0) at_rest_.notify_all();
  }
  if (wake) work_.notify_one();
  tell(endings);
}

/// What is unsent is read back from the disk when its turn comes.
void Publisher::kept(const EntryPtr& entry, Sequence sequence, Endings& endings) {
  entry->place = Entry::Place::stored;
  entry->stored_as = sequence;
  if (entry->times_sent == 0) {
    ++backlog_.unread;
    release(entry);
  } else {
    backlog_.in_memory.insert(sequence);
  }
  if (entry->verdict && entry->verdict->error && !entry->ended) return settle_and_tell(entry);
  end(entry, {std::nullopt, 0, entry->id}, endings);
  if (entry->verdict) settle(entry);
}

/// What was sent keeps the time that its caller gave it, unless it must not be repeated without the disk.
void Publisher::not_kept(const EntryPtr& entry, Kept kept, Endings& endings) {
  entry->place = Entry::Place::memory;
  entry->store_failed = true;
  if (entry->times_sent == 0) {
    release(entry);
    return end(entry,
               kept == Kept::unknown ? unconfirmed()
               : kept == Kept::full  ? outbox_full()
                                     : storage_failed(),
               endings);
  }
  if (entry->verdict) return end(entry, std::move(*entry->verdict), endings);
  if (entry->asked_qos == QoS::at_least_once && entry->deadline > clock_.now() && !entry->ended) {
    deadlines_.erase(entry->due);
    entry->due = deadlines_.emplace(entry->deadline, entry);
    return;
  }
  end(entry, unconfirmed(), endings);
  if (again_.erase(entry->sequence) > 0) release(entry);
}

/// The last chance before the process ends: what the disk has is not lost.
void Publisher::store_before_the_end(std::unique_lock<std::mutex>& lock) {
  if (outbox_ == nullptr) return;
  store_all();
  hand_in_settled();
  at_rest_.wait_for(lock, last_patience_with_disk, [this] { return storing_ == 0; });
}

}  // namespace bridge
