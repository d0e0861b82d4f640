#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bridge/core/session.h"
#include "in_flight.h"
#include "output_queue.h"
#include "packet_identifiers.h"
#include "publish_ends.h"

namespace bridge::mqtt {

/// Sends messages and follows their acknowledgements (MQTT 5.0, 4.3). An acknowledgement that does not fit
/// throws a PacketFault of 0x82 and changes nothing.
class PublishFlow {
 public:
  /// Keeps references to all of them.
  PublishFlow(PacketIdentifiers& identifiers, InFlight& in_flight, OutputQueue& output, PublishEnds& ends)
      : identifiers_(identifiers), in_flight_(in_flight), output_(output), ends_(ends) {}

  void begin_connection();
  /// A message that the output takes no more, since the connection is at its end, is told as unsent.
  void publish(Outgoing& message, TimePoint now);

  enum class Lowered { no, yes };
  /// @return yes if it acknowledged a message of QoS 2, as a broker does that lowers QoS.
  Lowered puback(std::uint16_t identifier, std::uint8_t reason_code);
  void pubrec(std::uint16_t identifier, std::uint8_t reason_code, TimePoint now);
  void pubcomp(std::uint16_t identifier, std::uint8_t reason_code);

  /// Tells the messages of QoS 0 that were written to their end.
  void tell_written();
  /// The connection is gone: tells messages of which no byte was written, and those of QoS 0 of which some
  /// was.
  void end_connection();
  /// The session is gone: tells all messages in flight as interrupted.
  void interrupt_all();
  void abandon(Outgoing& message);

  /// @return true if a message was sent on this connection after which no answer has come.
  bool has_unanswered() const;
  /// A PINGRESP has come for a PINGREQ that ends at this position: all that was sent before it was read.
  void was_read(std::uint64_t position) { read_to_ = std::max(read_to_, position); }
  /// The latest sending that was answered; see InFlight::Slot::order. 0: none on this connection.
  std::uint64_t answered_order() const { return answered_order_; }

 private:
  std::uint64_t send(Outgoing& message, std::uint16_t identifier, TimePoint now);
  InFlight::Slot& expect(std::uint16_t identifier, const char* fault);
  bool is_written(const InFlight::Slot& slot) const { return slot.end <= output_.written(); }
  void note_answer(const InFlight::Slot& slot);
  void finish(std::uint16_t identifier, PublishOutcome::Kind kind, std::uint8_t reason_code);
  void acknowledge(std::uint16_t identifier, std::uint8_t reason_code);
  void release(std::uint16_t identifier, std::uint8_t pubrec_code, TimePoint now);
  void release_unknown(std::uint16_t identifier, std::uint8_t pubrec_code);
  void end_unwritten(const OutputQueue::Queued& packet, bool is_begun);

  PacketIdentifiers& identifiers_;
  InFlight& in_flight_;
  OutputQueue& output_;
  PublishEnds& ends_;
  std::size_t unknown_released_ = 0;  // PUBRELs on this connection whose PUBCOMPs belong to no message
  std::uint64_t answered_order_ = 0;
  std::uint64_t read_to_ = 0;   // position of the output which the broker is known to have read
  std::uint64_t qos0_end_ = 0;  // position of the last QoS 0 message that was written
};

}  // namespace bridge::mqtt
