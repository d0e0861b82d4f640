// What the publisher gets back from the outbox: stored messages, when the broker is there.
#include <algorithm>
#include <utility>

#include "bridge/relay/publisher.h"
#include "message_rules.h"
#include "publisher_entry.h"

namespace bridge {
namespace {

constexpr std::chrono::milliseconds pause_after_failed_read{250};
constexpr std::chrono::milliseconds between_looks{500};
constexpr char never_subscribed[] = "mqtt-rest-bridge/arrived";

}  // namespace

/// What was sent and is not yet forgotten by the disk would be sent once more after a crash: the window
/// bounds that, too.
bool Publisher::can_drain() const {
  return !backlog_.fetched.empty() && in_flight_.size() + backlog_.settling < settings_.window;
}

/// Whether the disk has what nobody here knows of: an outbox that could not be read at the start, and then
/// could.
void Publisher::look_for_unknown() {
  if (outbox_ == nullptr || !connected_ || leaves_stored_) return;
  if (last_sign_of_life_ < backlog_.next_look) return;
  backlog_.next_look = last_sign_of_life_ + between_looks;
  const bool all_known = backlog_.size() > 0 || backlog_.fetching || backlog_.settling > 0 || storing_ > 0 ||
                         !backlog_.in_memory.empty() || backlog_.drained_bytes > 0;
  if (all_known) return;
  backlog_.unread = outbox_->status().messages;
  if (backlog_.unread > 0) backlog_.read_up_to = 0;
}

/// Reads ahead by one window, within a part of the memory that messages may take.
void Publisher::fetch_if_wanted() {
  if (!connected_ || leaves_stored_ || backlog_.fetching || backlog_.unread == 0) return;
  if (2 * backlog_.fetched.size() >= settings_.window) return;
  if (4 * backlog_.drained_bytes >= settings_.queue_bytes || clock_.now() < backlog_.not_before) return;
  backlog_.fetching = true;
  outbox_->fetch(backlog_.read_up_to, settings_.window,
                 [this](Fetched result) { fetched(std::move(result)); });
}

void Publisher::fetched(Fetched result) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    backlog_.fetching = false;
    if (result.failed) backlog_.not_before = clock_.now() + pause_after_failed_read;
    std::size_t passed = result.dropped;
    for (OutboxEntry& from : result.entries) {
      backlog_.read_up_to = from.sequence;
      if (backlog_.in_memory.contains(from.sequence)) continue;
      ++passed;
      add_fetched(std::move(from));
    }
    // more may be there than was ever counted here
    backlog_.unread =
        result.at_end ? 0 : std::max<std::size_t>(1, backlog_.unread - std::min(passed, backlog_.unread));
    if (!result.failed && result.entries.empty()) fetch_if_wanted();
    wake = wake_if_there_is_work();
  }
  if (wake) work_.notify_one();
}

/// Its caller has been told: the entry begins as an ended one.
void Publisher::add_fetched(OutboxEntry from) {
  auto entry = std::make_shared<Entry>();
  entry->message = std::move(from.message);
  entry->asked_qos = entry->message.qos;
  entry->size = publish_packet_size(entry->message, 5);
  entry->ended = entry->storable = entry->drained = true;
  entry->place = Entry::Place::stored;
  entry->stored_as = from.sequence;
  entry->id = std::move(from.id);
  if (from.expires_in) entry->expires = clock_.now() + *from.expires_in;
  backlog_.drained_bytes += entry->size;
  backlog_.fetched.push_back(std::move(entry));
}

/// Of what was sent and is not on the disk, the caller waits for an outcome.
bool Publisher::has_expired(const Entry& entry, TimePoint now) const {
  if (!entry.expires || *entry.expires > now) return false;
  return entry.place == Entry::Place::stored || entry.times_sent == 0;
}

/// The interval that is left (MQTT 5.0, 3.3.2.3.3), and the id, where the broker's limit has room for it.
void Publisher::prepare(Entry& entry, TimePoint now) const {
  MessageProperties& properties = entry.message.properties;
  if (entry.expires)
    properties.message_expiry_interval =
        std::max(std::chrono::ceil<std::chrono::seconds>(*entry.expires - now), std::chrono::seconds{1});
  if (entry.place != Entry::Place::stored || entry.carries_id || outbox_settings_.id_property.empty()) return;
  entry.carries_id = true;
  properties.user_properties.push_back({outbox_settings_.id_property, entry.id});
  if (publish_packet_size(entry.message, limits_.protocol_version) > limits_.maximum_packet_size)
    properties.user_properties.pop_back();
}

void Publisher::settle(const EntryPtr& entry) {
  ++backlog_.settling;
  backlog_.to_settle.push_back(entry->stored_as);
}

/// A stored message of QoS 0 is written, which confirms nothing.
void Publisher::written(const EntryPtr& entry) {
  ++backlog_.settling;
  backlog_.written.push_back(entry);
}

/// What the broker answers was sent after them, so it has had them: an UNSUBSCRIBE of what nobody subscribes
/// to is answered by every broker, and changes nothing.
void Publisher::ask_whether_written_arrived() {
  std::vector<EntryPtr> asked;
  std::uint64_t losses = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!connected_ || backlog_.confirming || backlog_.written.empty()) return;
    backlog_.confirming = true;
    asked.swap(backlog_.written);
    losses = backlog_.losses;
  }
  session_.unsubscribe(never_subscribed, [this, losses, asked = std::move(asked)](int code) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      backlog_.confirming = false;
      code >= 0 && losses == backlog_.losses ? confirmed(asked) : not_confirmed(asked);
      hand_in_settled();
      wake = wake_if_there_is_work();
    }
    if (wake) work_.notify_one();
  });
}

void Publisher::confirmed(const std::vector<EntryPtr>& written) {
  for (const EntryPtr& entry : written) {
    release(entry);
    backlog_.to_settle.push_back(entry->stored_as);
  }
}

void Publisher::not_confirmed(const std::vector<EntryPtr>& written) {
  for (const EntryPtr& entry : written) {
    --backlog_.settling;
    again_.emplace(entry->sequence, entry);
  }
}

/// Has it sent again after a pause. What was refused among others says little of itself: a broker may take so
/// many a second.
/// @return whether it was not yet given up.
bool Publisher::set_back(const EntryPtr& entry, bool was_alone) {
  if (was_alone && entry->setbacks == Setbacks::most) return false;
  if (was_alone || entry->setbacks == 0) ++entry->setbacks;
  setbacks_.happened(entry->setbacks, clock_.now());
  again_.emplace(entry->sequence, entry);
  return true;
}

void Publisher::bury(const EntryPtr& entry, int code) {
  ++backlog_.settling;
  const Sequence sequence = entry->stored_as;
  outbox_->bury(sequence, code, [this, sequence] { settled({sequence}); });
}

void Publisher::hand_in_settled() {
  if (backlog_.to_settle.empty()) return;
  std::vector<Sequence> sequences = std::exchange(backlog_.to_settle, {});
  outbox_->settle(sequences, [this, sequences] { settled(sequences); });
}

void Publisher::settled(const std::vector<Sequence>& sequences) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    backlog_.settling -= sequences.size();
    if (!backlog_.in_memory.empty())
      for (const Sequence sequence : sequences) backlog_.in_memory.erase(sequence);
    fetch_if_wanted();
    wake = wake_if_there_is_work();
    if (leaves_stored_) at_rest_.notify_all();
  }
  if (wake) work_.notify_one();
}

/// For one that was refused on its way to the disk.
void Publisher::settle_and_tell(const EntryPtr& entry) {
  ++backlog_.settling;
  outbox_->settle({entry->stored_as}, [this, entry] {
    Endings endings;
    {
      const std::lock_guard lock(mutex_);
      end(entry, std::move(*entry->verdict), endings);
    }
    tell(endings);
    settled({entry->stored_as});
  });
}

void Publisher::on_requeued() {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    ++backlog_.unread;
    refused_topics_ = {};  // somebody thinks that the broker will take it now
    fetch_if_wanted();
    wake = wake_if_there_is_work();
  }
  if (wake) work_.notify_one();
}

}  // namespace bridge
