#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <vector>

#include "bridge/core/executor.h"
#include "bridge/core/outbox.h"
#include "message_ids.h"
#include "read_back.h"
#include "relay_state.h"
#include "written_messages.h"

namespace bridge {

/// Stored messages: being written, on the disk, read back; plus those the broker has acknowledged but the
/// disk has not yet deleted. Answers of the outbox's thread are posted to the loop and handled there.
class StoredMessages {
 public:
  /// Keeps references. @param outbox may be null: then nothing is stored.
  StoredMessages(RelayState& state, Suspects& suspects, Outbox* outbox, Executor& loop);

  bool is_enabled() const { return outbox_ != nullptr; }
  /// @return true if an append would be tried.
  bool accepting() const { return outbox_->accepting(); }

  /// Writes the message to the disk: one that was never sent moves there, one that was sent is copied. `done`
  /// is called on the loop, and decides what becomes of the delivery.
  void append(Delivery& delivery, std::function<void(Appended)> done);
  /// On their way to the disk.
  std::size_t being_written() const { return being_written_; }

  /// Stored messages that must go out before a new message of QoS 1 or 2 does.
  std::size_t waiting() const {
    return unsent_being_written_ + reading.unread() + state_.lanes.from_disk.size();
  }
  /// @return true if one may be sent. Messages that were sent and not yet forgotten by the disk would be sent
  ///   once more after a crash: the window bounds them, too.
  bool may_be_sent() const;

  /// Has the disk forget a message that the broker has, with the next turn.
  void forget_stored(Sequence sequence);
  /// As forget_stored(), at once; `done` when it is forgotten.
  void forget_now(Sequence sequence, std::function<void()> done);
  void move_to_dead_letters(Sequence sequence, int reason_code);
  /// Acknowledged or given up, and not yet forgotten by the disk: after a crash they would be sent once more.
  std::size_t being_forgotten() const { return being_forgotten_ + written.size(); }

  /// Called before the disk is asked to withdraw an entry. Hands in what the broker has taken first, so that
  /// the disk does not find such an entry.
  void begin_withdrawal(Sequence sequence);
  /// Called when the disk has answered. @return false if the broker decided on the entry meanwhile.
  bool end_withdrawal(Sequence sequence);

  /// At the end of each turn, behind all that was sent in it. @return when it wants the next one.
  TimePoint end_turn();
  /// Asks the disk to forget the messages that are to be forgotten.
  void hand_in();

  ReadBack reading;
  WrittenMessages written;

 private:
  void forgotten(const std::vector<Sequence>& sequences);
  void decided(Sequence sequence);
  OutboxRecord record_of(Delivery& delivery) const;

  RelayState& state_;
  Outbox* const outbox_;
  Executor& loop_;
  MessageIds ids_;
  std::size_t being_written_ = 0;
  std::size_t unsent_being_written_ = 0;
  std::vector<Sequence> to_forget_;
  std::size_t being_forgotten_ = 0;
  std::set<Sequence> being_withdrawn_;  // and the broker has not decided
};

}  // namespace bridge
