#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/error.h"
#include "bridge/core/message.h"
#include "bridge/core/outbox.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/backlog.h"
#include "bridge/relay/message_ids.h"
#include "bridge/relay/refused_topics.h"
#include "bridge/relay/setbacks.h"
#include "bridge/relay/suspect_topics.h"
#include "bridge/relay/topic_guard.h"

namespace bridge {

/// How a submitted message ended: taken by the broker (QoS 0: written to a live connection), stored on the
/// disk, from where it will be sent, or neither.
struct PublishResult {
  std::optional<Error> error;
  int reason_code = 0;  // a Reason Code of success, such as 16, no matching subscribers
  std::string id;       // of the message, if it was stored
};

/// Called exactly once, from any thread; must return at once.
using PublishDone = std::function<void(PublishResult)>;

/// What a caller wants besides the message.
struct PublishOptions {
  explicit PublishOptions(TimePoint latest) : deadline(latest) {}

  TimePoint deadline;                              // when the result is due at the latest
  bool respond_async = false;                      // store it and answer, instead of waiting for the broker
  std::optional<RequestMark> mark = std::nullopt;  // kept beside the message, if it is stored
};

/// The way of a message to the broker: checked, queued within bounds, handed to the session by one thread
/// within a window, sent again when the session ended before the acknowledgement, and ended by its deadline
/// whatever happens.
///
/// With an outbox, what cannot be delivered in time is stored and sent when it can be, in order: the message
/// of QoS 1 or 2 that meets an absent broker, or whose acknowledgement is late. While stored messages have
/// not been handed over, later ones of QoS 1 and 2 stay behind them. docs/outbox.md has the rules.
///
/// All calls are safe from any thread. Lock order: ours, then the outbox's; neither calls the other's
/// callbacks with its lock held.
class Publisher {
 public:
  /// @param outbox may be null: then nothing is stored. It must be gone before the publisher goes.
  Publisher(const Settings& settings, Session& session, const Clock& clock, Counters& counters,
            Outbox* outbox = nullptr);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void start();
  /// The first steps of a stop, while what callers wait for goes on. From now on nothing that is stored is
  /// handed to the connection, and what would have to wait behind it is stored too: the next process sends
  /// it.
  void leave_stored();
  /// Waits until the broker has acknowledged what is in flight and the disk has forgotten it, but not longer
  /// than `until`: what is not acknowledged when the connection ends is sent once more by the next process.
  /// Does not wait for a connection that does not come back at once.
  void await_acknowledgements(TimePoint until);
  /// Stores what can be stored, and ends what waits: unsent as shutting_down, sent as unconfirmed.
  void stop();

  /// Takes `message`, or refuses it before anything is sent.
  /// `done` is called a little after the deadline at the latest: with the id of a stored message, or with
  ///   unconfirmed if the message was handed to the connection, queue_full if it never was, outbox_full or
  ///   storage_failed if it was not stored either.
  /// @throws Error invalid_topic_name, reserved_topic, invalid_field, too_large, broker_refused or
  ///   not_authorized (the broker would not take it), not_connected, queue_full, shutting_down. Then `done`
  ///   is not called, and nothing was sent nor will be.
  void submit(Message message, PublishOptions options, PublishDone done);

  /// A message that was put back into the outbox by another way than submit().
  void on_requeued();

  /// As SessionListener has them.
  void on_connected(const BrokerLimits& limits);
  void on_disconnected();
  void on_published(PublishId id, PublishOutcome outcome);
  void on_published_together(std::span<const PublishEnd> ends);

  /// Whether it knows of a connection: a little later than the session says that it is connected.
  bool is_connected() const;

  /// One round of the publishing thread: ends what is due, hands over what the window has room for.
  void pump();

  /// When the publishing thread last went round; at least once a second. For a watchdog.
  TimePoint last_sign_of_life() const;

 private:
  /// How long messages of QoS 1 and 2 wait for the connection to come back: a broker that closes on one
  /// caller's forbidden topic is back within milliseconds, and the others need not notice.
  static constexpr std::chrono::seconds reconnect_grace{1};

  using Entry = PublisherEntry;
  using EntryPtr = PublisherEntryPtr;
  struct Ending {
    PublishDone done;
    PublishResult result;
  };
  using Endings = std::vector<Ending>;

  struct Sending {
    PublishId id;
    EntryPtr entry;
  };
  using Batch = std::vector<Sending>;

  // publisher.cpp: from submit() to the answer
  void check_reserved(const std::string& topic_name) const;
  bool admit(const EntryPtr& entry, bool respond_async);
  void check_broker_takes(const Entry& entry) const;
  bool waits_for_reconnect(QoS qos) const;
  bool must_wait_for_next_process() const;
  bool may_come_again(const Entry& entry) const;
  bool nothing_to_await() const;
  bool take_sleeper();
  bool wake_if_there_is_work();
  void outcome_of(const PublishEnd& end, Endings& endings);
  void accepted(const EntryPtr& entry, int code, Endings& endings);
  void refused(const EntryPtr& entry, int code, bool was_alone, Endings& endings);
  void conclude(const EntryPtr& entry, PublishResult result, Endings& endings);
  void interrupted(const EntryPtr& entry, Endings& endings);
  void release(const EntryPtr& entry);
  void end(const EntryPtr& entry, PublishResult result, Endings& endings);
  static void tell(Endings& endings);

  // publisher_pump.cpp: the publishing thread
  void run();
  bool wait_for_work();
  bool has_work() const;
  TimePoint next_round() const;
  std::size_t room() const;
  void end_overdue(Endings& endings);
  void overdue(const EntryPtr& entry, Endings& endings);
  void while_away(Endings& endings);
  void forget_ended();
  bool is_held();
  Batch take_batch(Endings& endings);
  bool has_next_in_order() const;
  EntryPtr take_next();
  bool may_be_sent(const EntryPtr& entry, TimePoint now, Endings& endings);
  void expire(const EntryPtr& entry, Endings& endings);
  std::optional<Error> refusal_of(Entry& entry, TimePoint now);
  void refuse(const EntryPtr& entry, const Error& error, Endings& endings);

  // publisher_sending.cpp: a batch
  TopicGuard::Verdict verdict_of(const Entry& entry, TimePoint now);
  void ask_about_suspect(Message& message, bool is_question, TimePoint now);
  void note_accepted(const Message& message);
  void send(const Batch& batch, std::uint64_t connection, Endings& endings);
  void take_back(const Batch& batch, Batch::const_iterator first);
  void seems_lost(std::uint64_t connection);
  bool not_taken(const Sending& sending, int code, Endings& endings);

  // publisher_storing.cpp: what goes to the outbox
  bool can_be_stored(const Entry& entry) const;
  bool belongs_on_disk(const Entry& entry, bool respond_async) const;
  void store(const EntryPtr& entry);
  void store_all();
  void spill(const Entry* last);
  void appended(const EntryPtr& entry, Appended result);
  void kept(const EntryPtr& entry, Sequence sequence, Endings& endings);
  void not_kept(const EntryPtr& entry, Kept kept, Endings& endings);
  void store_before_the_end(std::unique_lock<std::mutex>& lock);

  // publisher_draining.cpp: what comes from the outbox
  void look_for_unknown();
  void fetch_if_wanted();
  void fetched(Fetched result);
  void add_fetched(OutboxEntry from);
  bool can_drain() const;
  bool has_expired(const Entry& entry, TimePoint now) const;
  void prepare(Entry& entry, TimePoint now) const;
  void settle(const EntryPtr& entry);
  void written(const EntryPtr& entry);
  void ask_whether_written_arrived();
  void confirmed(const std::vector<EntryPtr>& written);
  void not_confirmed(const std::vector<EntryPtr>& written);
  bool set_back(const EntryPtr& entry, bool was_alone);
  void bury(const EntryPtr& entry, int code);
  void hand_in_settled();
  void settled(const std::vector<Sequence>& sequences);
  void settle_and_tell(const EntryPtr& entry);

  const PublishSettings settings_;
  const OutboxSettings outbox_settings_;
  const std::vector<std::string> allowed_dollar_filters_;
  Session& session_;
  const Clock& clock_;
  Counters& counters_;
  Outbox* const outbox_;
  MessageIds ids_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable at_rest_;        // what a stop waits for has come, or may have
  std::optional<TimePoint> sleeps_until_;  // the publishing thread, unless it is awake or being woken
  bool connected_ = false;
  bool leaves_stored_ = false;
  bool stopping_ = false;
  std::uint64_t connection_ = 0;      // counts connections, so that an old failure is not taken for a new one
  std::optional<TimePoint> lost_at_;  // empty until a first connection was lost
  BrokerLimits limits_;
  RefusedTopics refused_topics_;
  TimePoint hold_until_{};         // after a refusal, for which a broker may close the connection
  bool closes_on_refusal_ = true;  // until it is seen that it does not
  SuspectTopics suspect_topics_;
  TopicGuard topic_guard_;
  Setbacks setbacks_;
  PublishId next_id_ = 1;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t submitted_ = 0;
  std::size_t held_bytes_ = 0;               // of all that is in one of the next four, or being stored
  std::deque<EntryPtr> queue_;               // never handed over, now or never; oldest first
  std::deque<EntryPtr> ordered_;             // never handed over, and behind all that is stored
  std::map<std::uint64_t, EntryPtr> again_;  // to be sent again, in the order they were sent
  std::unordered_map<PublishId, EntryPtr> in_flight_;  // handed over, no outcome yet
  std::multimap<TimePoint, EntryPtr> deadlines_;       // all that have not been ended
  std::size_t storing_ = 0;                            // on their way to the disk
  bool absence_is_known_ = false;                      // what was in flight at the last loss has been stored
  Backlog backlog_;
  TimePoint last_sign_of_life_;
  std::thread thread_;
};

}  // namespace bridge
