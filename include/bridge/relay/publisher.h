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

/// The wishes of a caller besides the message.
struct PublishOptions {
  std::chrono::milliseconds wait{};  // when the result is due at the latest
  bool respond_async = false;        // store it and answer, instead of waiting for the broker
  std::optional<IdempotencyToken> token = std::nullopt;  // kept beside the message, if it is stored
};

/// Brings messages to the broker: checks each, queues it within bounds, hands it to the session within a
/// window, sends it again if the session ends before the acknowledgement, and answers its caller by the
/// deadline whatever happens.
///
/// With an outbox, messages of QoS 1 and 2 that cannot be delivered in time (the broker is away, or the
/// acknowledgement is late) are stored and sent later, in order. While stored messages wait, later ones of
/// QoS 1 and 2 stay behind them. docs/outbox.md has the rules.
///
/// It lives on the session's loop and has no lock: only the functions that say "any thread" may be called
/// elsewhere.
class Publisher : public SessionObserver {
 public:
  /// Keeps references. Loop and outbox must have ended before the publisher is destroyed.
  /// @param outbox may be null: then nothing is stored.
  Publisher(const Settings& settings, Session& session, Executor& loop, const Clock& clock,
            Counters& counters, Outbox* outbox = nullptr);
  ~Publisher() override;
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Takes a message. Any thread: on the loop's it is taken at once; messages of other threads are taken
  /// together when the loop looks.
  ///
  /// `done` is called exactly once, a little after `options.wait` at the latest (five seconds later if it is
  /// on its way to the disk by then), on the loop's thread; from within submit() if that is the loop's
  /// thread, or if too many messages are on their way to the loop:
  /// - with the id of a stored message, or with the Reason Code of the broker's success;
  /// - unconfirmed: the message was handed to the connection, and may have arrived;
  /// - any other error: it was not sent, nor will be. not_connected, queue_full (also for a message that was
  ///   not handed over in time), outbox_full, storage_failed, shutting_down; too_large, broker_refused,
  ///   not_authorized: the broker does not take it.
  /// @throws Error invalid_topic_name, reserved_topic or invalid_field for a fault of the message itself.
  ///   Then `done` is not called.
  void submit(Message message, PublishOptions options, PublishDone done);

  /// Stored messages, as Outbox::show() lists them, with their attempts. Any thread; needs an outbox.
  void show_waiting(Sequence after, std::size_t limit, WaitingDone done);
  /// Ends a stored message that waits: it is not sent any more. Any thread; needs an outbox.
  void withdraw(std::string id, WithdrawalDone done);

  /// Called when a dead letter was put back into the outbox. Any thread.
  void on_requeued();

  /// @return true if there is a connection; may lag a little behind the session. Any thread.
  bool is_connected() const { return is_connected_; }
  /// Tells an operator of messages that do not get on, one sentence for each reason. Any thread.
  std::vector<std::string> conditions() const;

  // A stop, in steps.

  /// Leaves stored messages to the next process, and stores new ones that would have to wait behind them.
  /// Messages whose callers wait for the broker go on.
  void leave_stored();
  /// @return true if the broker has acknowledged all that a stop would store (but for messages that it leaves
  ///   unanswered) and the disk has forgotten it, or if the connection does not come back at once. A message
  ///   that is not acknowledged when the connection ends is sent once more by the next process.
  bool at_rest() const;
  /// Refuses new messages, and stores those that can be stored.
  void begin_stop();
  /// @return true if the disk has answered for all of them.
  bool is_stopped() const;
  /// Answers all callers that still wait: shutting_down if the message was not sent, unconfirmed if it was.
  /// Refuses later messages. The session may still refer to messages in flight.
  void end();

  // SessionObserver
  void on_connected(const BrokerLimits& limits) override;
  void on_unreachable() override;
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
  const std::chrono::seconds patience_with_acknowledgements_;
  Executor& loop_;
  std::atomic<bool> is_connected_{false};
  std::atomic<std::size_t> suspects_{0};  // their number at the end of the last turn
  std::atomic<std::size_t> unanswered_{0};
  std::atomic<bool> acknowledges_nothing_{false};
  const std::unique_ptr<Parts> parts_;
};

}  // namespace bridge
