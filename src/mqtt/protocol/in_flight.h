#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/session.h"
#include "output_queue.h"

namespace bridge::mqtt {

/// The messages of QoS 1 and 2 that were sent and not acknowledged to the end, by their Packet Identifiers:
/// the client's part of the Session State (MQTT 5.0, 4.1). Each stands in one of four queues. All functions
/// but requeue_all() and in_order() are O(1).
class InFlight {
 public:
  enum class Stage : std::uint8_t {
    free,     // there is no such message
    publish,  // its PUBACK or PUBREC has not come
    release,  // PUBREC has come, PUBCOMP has not
  };
  enum class Place : std::uint8_t {
    again,       // waits to be sent again on this connection
    published,   // PUBLISH was sent on this connection, in this order
    released,    // PUBREL was sent on this connection, in this order
    unanswered,  // sent on this connection, and told as unanswered
  };
  struct Slot {
    Outgoing* message = nullptr;             // null: abandoned
    std::uint64_t sequence = 0;              // of the first sending
    std::uint64_t order = 0;                 // of the latest sending of PUBLISH or PUBREL
    std::uint64_t end = OutputQueue::never;  // of that packet, in this connection's output
    TimePoint sent_at{};                     // that packet
    std::uint16_t previous = 0;              // 0: none, in its queue
    std::uint16_t next = 0;
    QoS qos = QoS::at_least_once;
    Stage stage = Stage::free;
    Place place = Place::published;
    bool was_sent_before = false;  // on an earlier connection
    std::uint8_t pubrec_code = 0;
  };

  /// @return null if no message has this Packet Identifier.
  Slot* find(std::uint16_t identifier) {
    if (identifier >= slots_.size() || slots_[identifier].stage == Stage::free) return nullptr;
    return &slots_[identifier];
  }
  /// The slot of one that is in flight; valid until the next call of add().
  Slot& at(std::uint16_t identifier) { return slots_[identifier]; }
  const Slot& at(std::uint16_t identifier) const { return slots_[identifier]; }

  /// A message that is sent now.
  Slot& add(std::uint16_t identifier, Outgoing& message);
  void remove(std::uint16_t identifier);
  /// Moves the message to the end of the queue `place`, as sent now; also if it stands in that queue
  /// already.
  void sent(std::uint16_t identifier, Place place, std::uint64_t end, TimePoint now);
  void move(std::uint16_t identifier, Place place);
  /// The message's end will not be told, and it is not sent again; its Packet Identifier stays taken.
  void abandon(std::uint16_t identifier);

  /// @return the Packet Identifier at the front of the queue; 0 if it is empty.
  std::uint16_t front(Place place) const { return queue(place).front; }
  std::size_t size(Place place) const { return queue(place).size; }
  std::size_t size() const { return size_; }
  std::size_t abandoned() const { return abandoned_; }
  /// The number of messages that count against the broker's Receive Maximum (MQTT 5.0, 4.9).
  std::size_t awaited() const { return size(Place::published) + size(Place::released); }

  /// A connection resumes the session: all wait to be sent again, first those that are released, in the order
  /// of their PUBRECs, then the others, in the order of their first sending (4.4, 4.6).
  void requeue_all();
  /// All Packet Identifiers, in the order of first sending.
  std::vector<std::uint16_t> in_order() const;

 private:
  struct Queue {
    std::uint16_t front = 0;
    std::uint16_t back = 0;
    std::size_t size = 0;
  };

  Queue& queue(Place place) { return queues_[static_cast<std::size_t>(place)]; }
  const Queue& queue(Place place) const { return queues_[static_cast<std::size_t>(place)]; }
  void link(std::uint16_t identifier, Place place);
  void unlink(std::uint16_t identifier);

  std::vector<Slot> slots_;  // by Packet Identifier
  std::array<Queue, 4> queues_;
  std::size_t size_ = 0;
  std::size_t abandoned_ = 0;
  std::uint64_t next_order_ = 1;
};

}  // namespace bridge::mqtt
