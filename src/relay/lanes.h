#pragma once

#include <cstddef>
#include <cstdint>

#include "delivery.h"
#include "topic_counts.h"

namespace bridge {

/// Keeps the messages that wait for the session, and chooses the next one. Those of QoS 1 and 2 go in order
/// (MQTT 5.0, 4.6): first redelivered ones, then those from the disk, then new ones. QoS 0, which is now or
/// never, takes turns with messages from the disk, and otherwise keeps the order of submit(). A small message
/// of QoS 0 passes large ones of other topics: it waits for the packet that is going out, and not for a queue
/// of large ones.
class Lanes {
  TopicCounts large_topics_;  // with a large message that waits; before the lanes, whose messages refer to it

 public:
  TopicCounts suspected_topics;  // with a message that is sent alone

  static constexpr std::size_t large = 16384;  // bytes of a packet that is passed
  static constexpr int most_passes = 64;  // of one large packet: a stream of small ones must not starve it

  /// Puts a new message into its lane.
  void add(Delivery& delivery);
  /// The first message of those that keep an order, or null.
  /// @param may_drain one from the disk may be sent. @param disk_is_read and nothing stored is left.
  Delivery* first_in_order(bool may_drain, bool disk_is_read);
  /// The message to send next, or null.
  /// @param in_order first_in_order(), or null while no such message may be sent.
  Delivery* next(Delivery* in_order);

  /// Has a message behind a suspect on its topic wait beside the lanes.
  void park(Delivery& delivery) { move_to_back(delivery, parked); }
  /// Puts parked messages whose topics have no suspect any more back to the front of their lanes.
  void unpark_freed();
  void unpark_all();

  bool empty() const { return waiting() == 0 && redelivery.empty() && from_disk.empty() && suspects.empty(); }
  bool has_immediate() const { return !small_immediate.empty() || !large_immediate.empty(); }
  /// The number of messages in the lanes that were never sent.
  std::size_t waiting() const {
    return small_immediate.size() + large_immediate.size() + ordered.size() + parked.size();
  }

  // Oldest first.
  Deliveries small_immediate;
  Deliveries large_immediate;  // and small ones of the same topics
  Deliveries ordered;          // behind all that is stored
  Deliveries from_disk;        // read back, and not yet handed to the session
  Deliveries redelivery;       // in the order of sending
  Deliveries suspects;         // the same, of those that are sent alone
  Deliveries parked;  // of those that were never sent, oldest first: behind a suspect on their topics

 private:
  Delivery* other_than_small(Delivery* in_order);
  bool small_goes_first(const Delivery& small, const Delivery& other);

  void unpark(Delivery& delivery);

  std::uint64_t times_freed_ = 0;  // of topics, when the parked ones were looked at
  int passes_ = 0;                 // since the last other one
  bool qos0_goes_next_ = false;    // and not what comes from the disk
};

}  // namespace bridge
