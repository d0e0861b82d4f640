#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>

#include "blame.h"
#include "bridge/core/session.h"
#include "bridge/relay/publish_result.h"
#include "deadlines.h"
#include "disk_copy.h"
#include "held_bytes.h"
#include "topic_counts.h"

namespace bridge {

struct Delivery;
/// A delivery is in one list at a time. It changes its list without moving in memory: the session refers to
/// it.
using Deliveries = std::list<Delivery>;

/// One message on its way to the broker: submitted, or read back from the disk. It is destroyed when neither
/// the session nor the disk will report on it again, which may be long after its caller was answered.
struct Delivery : Outgoing, Due {
  /// The progress of the sending; each stage has lists of its own.
  enum class Stage : unsigned char {
    queued,      // has no place in the order of sending yet
    in_flight,   // the session has it
    written,     // QoS 0 that is stored: written, and not known to have arrived
    redelivery,  // has its place in the order of sending, and waits to be handed over
    over,        // the broker has decided; the disk has not answered yet
  };
  /// The caller who submitted it; a message that was read back from the disk has none.
  struct Caller {
    PublishDone done;                  // empty once the caller is answered
    std::chrono::milliseconds wait{};  // how long it wants to wait for the answer
    TimePoint deadline{};              // when that is over
    bool respond_async = false;        // store it and answer, instead of waiting for the broker
  };
  /// The reasons why it did not get on with the broker.
  struct Trouble {
    enum class Last : unsigned char { nothing, refused, lost, unanswered };

    Last last = Last::nothing;  // of what happened to it
    bool repeated = false;      // it was in flight at a loss: it may have arrived before
    int last_code = 0;          // the Reason Code with it; 0: there was none
    int refusals = 0;           // with a Reason Code of the broker's state: it may be taken later
    int unanswered = 0;         // connections on which the broker did not acknowledge it
    int interruptions = 0;      // losses of the connection while it was in flight, whoever was to blame
    int resent = 0;             // by the session itself, on a later connection
  };

  Delivery(Message what, PublishDone told);

  Caller caller;
  DiskCopy copy;
  Trouble trouble;
  Blame blame;

  // Where it is.
  Stage stage = Stage::queued;
  Deliveries* list = nullptr;
  Deliveries::iterator place;
  HeldBytes held;
  TopicCounts::Hold large_topic;  // while it is large, and waits in a lane
  std::size_t size = 0;           // bytes, as a packet

  // How it is sent.
  QoS asked_qos{};     // the message may go out with QoS 1 to have the broker say what it thinks of it
  int times_sent = 0;  // above 0: no answer may say "not sent"
  std::uint64_t submitted = 0;  // in the order of submit()
  std::uint64_t sequence = 0;   // in the order of the first sending, which is that of sending again; from 1
  TimePoint sent_at{};          // the last time

  bool is_answered() const { return !caller.done; }
  bool was_sent() const { return times_sent > 0; }
  bool is_in_memory_only() const {
    return copy.state == DiskCopy::State::none || copy.state == DiskCopy::State::none_ever;
  }
  /// @return true if the disk can still be asked to take it.
  bool can_be_stored() const { return copy.state == DiskCopy::State::none && !is_answered(); }
  /// QoS 0 that is not to be stored: now or never.
  bool is_immediate() const {
    return asked_qos == QoS::at_most_once && copy.state == DiskCopy::State::none_ever;
  }

  // Transitions. Each may happen only in the stages that it asserts.
  void handed_over(std::uint64_t next_sequence);
  /// The session gave it back without having begun to send it.
  void came_back();
  /// Marks it to be sent alone, in the order of sending.
  void set_apart(std::uint64_t next_sequence);
  void interrupted();
  void written();
  void decided();
  void storing();
  void stored(Sequence as);
  void not_stored();
  /// An operator ended it while it was under way: the disk does not have it any more.
  void withdrawn();
};

/// Makes a delivery at the end of `list`.
Delivery& new_delivery(Deliveries& list, Message message, PublishDone done);

// A delivery changes its list.
void move_to_back(Delivery& delivery, Deliveries& to);
void move_to_front(Delivery& delivery, Deliveries& to);
/// Inserts it into a list in the order of sending; quick if it belongs near the end.
void move_in_order(Delivery& delivery, Deliveries& to);
void destroy(Delivery& delivery);

}  // namespace bridge
