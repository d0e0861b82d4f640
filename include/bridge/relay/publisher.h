#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/executor.h"
#include "bridge/core/message.h"
#include "bridge/core/outbox.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/publish_result.h"
#include "bridge/relay/waiting.h"

namespace bridge {

/// A caller's wishes besides the message.
struct PublishOptions {
  std::chrono::milliseconds wait{};  // when the result is due at the latest
  bool respond_async = false;        // store it and answer, instead of waiting for the broker
  std::optional<IdempotencyToken> token = std::nullopt;  // kept beside the message, if it is stored
};

/// The way of a message to the broker: checked, queued within bounds, handed to the session within a window,
/// sent again when the session ended before the acknowledgement, and ended by its deadline whatever happens.
///
/// With an outbox, what cannot be delivered in time is stored and sent when it can be, in order: the message
/// of QoS 1 or 2 that meets an absent broker, or whose acknowledgement is late. While stored messages have
/// not been handed over, later ones of QoS 1 and 2 stay behind them. docs/outbox.md has the rules.
///
/// It lives on the session's loop and has no lock: but for the functions that say "any thread", all may only
/// be called there.
class Publisher : public SessionListener {
 public:
  /// Keeps references. The loop must have ended when the publisher goes, and the outbox must be gone.
  /// @param outbox may be null: then nothing is stored.
  Publisher(const Settings& settings, Session& session, Executor& loop, const Clock& clock,
            Counters& counters, Outbox* outbox = nullptr);
  ~Publisher() override;
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Takes a message. Any thread; from the loop it is taken at once, from others with all that come until the
  /// loop looks.
  ///
  /// `done` is called exactly once, a little after `options.wait` at the latest, on the loop's thread (from
  /// within submit() where that is the caller's, or where too many are on their way to the loop):
  /// - with the id of a stored message, or with the success that the broker said;
  /// - unconfirmed: the message was handed to the connection, and may have arrived;
  /// - any other error: it was not sent, nor will be. not_connected, queue_full (also for a message that was
  ///   not handed over in time), outbox_full, storage_failed, shutting_down; too_large, broker_refused,
  ///   not_authorized: the broker does not take it.
  /// @throws Error invalid_topic_name, reserved_topic or invalid_field for a fault of the message itself.
  ///   Then `done` is not called.
  void submit(Message message, PublishOptions options, PublishDone done);

  /// Stored messages, as Outbox::show() has them, with what is known of each. Any thread; needs an outbox.
  void show_waiting(Sequence after, std::size_t limit, WaitingDone done);
  /// Ends a stored message that waits: it is not sent any more. Any thread; needs an outbox.
  void withdraw(std::string id, WithdrawalDone done);

  /// A message was put back into the outbox by another way than submit(). Any thread.
  void on_requeued();

  /// Any thread. A little earlier or later than the session says so.
  bool is_connected() const { return is_connected_; }
  /// Tells an operator of messages that do not get on, one sentence for each reason. Any thread.
  std::vector<std::string> conditions() const;

  // A stop, in steps.

  /// From now on nothing that is stored is handed to the connection, and what would have to wait behind it is
  /// stored too: the next process sends it. What callers wait for goes on.
  void leave_stored();
  /// @return true if the broker has acknowledged all that a stop would store and the disk has forgotten it,
  ///   or if the connection does not come back at once. A message that is not acknowledged when the
  ///   connection ends is sent once more by the next process.
  bool at_rest() const;
  /// Takes nothing more, and stores what can be stored.
  void begin_stop();
  /// @return true if the disk has answered to all of it.
  bool is_stopped() const;
  /// Ends what waits: unsent as shutting_down, sent as unconfirmed. Later messages are refused. The session
  /// may still refer to what is in flight.
  void end();

  // SessionListener
  void on_connected(const BrokerLimits& limits) override;
  Resumption on_disconnected(const ConnectionLoss& loss) override;
  void on_published(std::span<const PublishEnd> ends) override;
  void on_unanswered(Outgoing& message) override;
  TimePoint on_turn(TimePoint now) override;

 private:
  struct Parts;

  void check_settings(const std::string& topic_name) const;
  void take_crossed();

  const std::vector<std::string> allowed_dollar_filters_;
  const bool refuses_renamed_topics_;
  Executor& loop_;
  std::atomic<bool> is_connected_{false};
  std::atomic<std::size_t> suspects_{0};  // as the last turn left them
  std::atomic<std::size_t> unanswered_{0};
  const std::unique_ptr<Parts> parts_;
};

}  // namespace bridge
