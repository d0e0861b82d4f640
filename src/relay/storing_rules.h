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

  /// An unsent message is the disk's from now on; of one that was sent it gets a copy.
  void store(Delivery& delivery);
  /// Everything that waits in order goes to the disk, up to and with `last`, or all.
  void spill(const Delivery* last = nullptr);
  /// Everything that can be, in the order in which it was sent and will be.
  void store_all();
  /// Tells its caller how it ended, and destroys it; but one on its way to the disk only when the disk has
  /// forgotten it, since until then a crash would have it sent again.
  void answer_when_forgotten(Delivery& delivery, PublishResult result);
  /// The broker took one that is on its way to the disk.
  void accepted_while_storing(Delivery& delivery, PublishResult result);

  void on_disconnected() { stored_after_loss_ = false; }
  /// Ends or stores what does not wait for the connection to come back.
  void while_away();
  /// Ends or stores what is due.
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
  void wait_for_disk(Delivery& delivery, PublishResult verdict);
  void end_unsent(Deliveries& list);

  RelayState& state_;
  StoredMessages& stored_;
  Deliveries with_disk_;            // here only until the disk has answered
  bool stored_after_loss_ = false;  // what was in flight at the last loss
};

}  // namespace bridge
