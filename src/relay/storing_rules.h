#pragma once

#include <functional>

#include "relay_state.h"
#include "stored_messages.h"

namespace bridge {

/// Decides when a message goes to the disk: when it cannot be delivered in time (docs/architecture.md, "A
/// message that waits"). Ends those for which there is no disk.
class StoringRules {
 public:
  /// Keeps references.
  StoringRules(RelayState& state, StoredMessages& stored) : state_(state), stored_(stored) {}

  /// @return true if a new message goes to the disk at once.
  bool belongs_on_disk(const Delivery& delivery);
  /// @return true if a message sent now would overtake those that are left to the next process.
  bool must_wait_for_next_process() const;
  /// @return true if a stop would store it, and the next process send it again.
  static bool may_come_again(const Delivery& delivery);

  /// Sends a message to the disk: an unsent one moves there, one that was sent is copied.
  void store(Delivery& delivery);
  /// Stores the messages of the ordered lane up to `last`, or all of them.
  void spill(const Delivery* last = nullptr);
  /// Stores every message that can be stored, in the order of sending.
  void store_all();
  /// Answers the caller and destroys the delivery. One on its way to the disk is answered only when the disk
  /// has forgotten it: until then a crash would have it sent again.
  void answer_when_forgotten(Delivery& delivery, PublishResult result);
  /// Ends a message that the broker does not take: a stored one becomes a dead letter with the Reason Code,
  /// the caller of any other is answered with the result.
  void give_up(Delivery& delivery, int reason_code, PublishResult result);
  /// Ends a message whose expiry has passed. @param result for its caller, where it is not stored.
  void expire(Delivery& delivery, PublishResult result);
  /// Handles a message that the broker took while it is on its way to the disk.
  void accepted_while_storing(Delivery& delivery, PublishResult result);

  void on_disconnected() { stored_after_loss_ = false; }
  /// Ends or stores the messages that do not wait for the connection to come back.
  void while_away();
  /// Ends or stores the messages that are due.
  void end_overdue();
  /// For the end of a stop: answers all callers that still wait. Messages in flight stay where they are.
  void end_all();

  /// The time at which while_away() or end_overdue() has something to do.
  TimePoint next_look() const;

 private:
  void store_handed_over(const std::function<bool(const Delivery&)>& is_wanted);
  void overdue(Delivery& delivery);
  void appended(Delivery& delivery, Appended result);
  void on_stored(Delivery& delivery, Sequence sequence);
  void on_store_failed(Delivery& delivery, AppendStatus status);
  void wait_for_disk(Delivery& delivery, PublishResult outcome);
  void end_unsent(Deliveries& list);

  RelayState& state_;
  StoredMessages& stored_;
  Deliveries with_disk_;            // here only until the disk has answered
  bool stored_after_loss_ = false;  // what was in flight at the last loss
};

}  // namespace bridge
