#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "bridge/core/outbox.h"
#include "bridge/core/session.h"
#include "bridge/relay/publish_result.h"
#include "deadlines.h"
#include "held_bytes.h"
#include "loss_set.h"
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
    queued,      // never handed to the session
    in_flight,   // the session has it
    written,     // QoS 0 that is stored: written, and not known to have arrived
    redelivery,  // handed over before, and waits to be handed over again
    over,        // the broker has decided; the disk has not answered yet
  };
  /// The progress of its copy on the disk.
  enum class Copy : unsigned char {
    none_ever,  // it is not to be stored, or the disk has refused it once: it is not asked again
    none,
    storing,  // on its way to the disk
    stored,
  };

  /// Its record with the broker, where it did not get on.
  struct Trouble {
    enum class Last : unsigned char { nothing, refused, lost, unanswered };

    Last last = Last::nothing;  // of what happened to it
    int last_code = 0;          // the Reason Code with it; 0: there was none
    int refusals = 0;           // with a Reason Code of the broker's state: it may be taken later
    int losses = 0;             // of the connection, in a row, each soon after it was sent
    int losses_in_all = 0;
    int excused = 0;              // losses for which the broker gave a reason of its own: see Excuses
    int excused_alone = 0;        // the weight of those at which it was sent alone
    int unanswered = 0;           // connections on which the broker did not acknowledge it
    int interruptions = 0;        // losses of the connection while it was in flight, whoever was to blame
    LossSet losses_in_flight;     // of the connection
    int resent = 0;               // by the session itself, on a later connection
    int convicted_for = 0;        // the Reason Code to answer with once it is convicted; 0: it is not
    TimePoint alone_from{};       // when it may be sent alone
    TimePoint lost_at{};          // the connection, the last time that it was in flight
    bool excused_first = false;   // at an excused loss it was the first that was not acknowledged
    bool repeated = false;        // it was in flight at a loss: it may have arrived before
    TopicCounts::Hold suspicion;  // while it is a suspect: what follows it on its topic waits behind it
  };

  Delivery(Message what, PublishDone told);

  // The caller's wishes. Once the caller is answered, `done` is empty.
  PublishDone done;
  std::chrono::milliseconds wait{};  // how long it wants to wait for the answer
  bool respond_async = false;        // store it and answer, instead of waiting for the broker
  QoS asked_qos{};  // the message may go out with QoS 1 to have the broker say what it thinks of it
  TimePoint deadline{};
  std::optional<IdempotencyToken> token;

  // Where it is.
  Stage stage = Stage::queued;
  Copy copy = Copy::none_ever;
  Deliveries* list = nullptr;
  Deliveries::iterator place;
  HeldBytes held;
  TopicCounts::Hold large_topic;  // while it is large, and waits in a lane
  std::size_t size = 0;           // bytes, as a packet

  // How it went.
  std::uint64_t submitted = 0;  // in the order of submit()
  std::uint64_t sequence = 0;   // in the order of the first sending, which is that of sending again; from 1
  int times_sent = 0;           // above 0: no answer may say "not sent"
  TimePoint sent_at{};          // the last time
  Trouble trouble;
  bool carries_id = false;  // its User Property
  std::string id;           // under which it is or will be stored
  Sequence stored_as = 0;
  std::unique_ptr<PublishResult> verdict;  // the broker's, which came while the disk was writing

  bool is_answered() const { return !done; }
  bool was_sent() const { return times_sent > 0; }
  bool is_in_memory_only() const { return copy == Copy::none || copy == Copy::none_ever; }
  /// @return true if the disk can still be asked to take it.
  bool can_be_stored() const { return copy == Copy::none && !is_answered(); }
  /// QoS 0 that is not to be stored: now or never.
  bool is_immediate() const { return asked_qos == QoS::at_most_once && copy == Copy::none_ever; }

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
