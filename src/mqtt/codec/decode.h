#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "packet.h"

namespace bridge::mqtt {

/// Bytes that are no packet of this protocol. `what()` names the packet and the rule, for the log.
class PacketFault : public std::runtime_error {
 public:
  PacketFault(std::uint8_t reason_code, const std::string& what)
      : std::runtime_error(what), reason_code_(reason_code) {}
  /// The Reason Code of the DISCONNECT for it: 0x81 malformed packet, 0x82 protocol error, 0x95 packet too
  /// large (MQTT 5.0, 4.13); or what a CONNACK says of a CONNECT: 0x84 unsupported protocol version.
  std::uint8_t reason_code() const noexcept { return reason_code_; }

 private:
  std::uint8_t reason_code_;
};

/// The Fixed Header (MQTT 5.0, 2.1) of a packet that may not have arrived as a whole.
struct Frame {
  std::uint8_t first = 0;       // type and flags
  std::size_t header_size = 0;  // bytes: 2 to 5
  std::size_t remaining_length = 0;
  std::size_t size() const { return header_size + remaining_length; }
  PacketType type() const { return static_cast<PacketType>(first >> 4); }
};

/// Reads the Fixed Header at the beginning of `bytes`; nothing of a packet is kept before its length is known
/// and bounded. @return empty if more bytes are needed to know it.
/// @throws PacketFault 0x81 for a type of 0, flags that its type may not have, or a length of five bytes, or
///   of more than it needs (1.5.5); 0x95 if the packet would be larger than `maximum_packet_size` bytes.
std::optional<Frame> read_frame(std::string_view bytes, std::size_t maximum_packet_size);

/// Decodes one whole packet: the first `frame.size()` of `bytes`, which the packet then refers to, so that
/// they must outlive it. A CONNECT is read by the rules of the version that it names (Connect::version).
/// User Properties cost memory: a hostile packet takes up to some ten times its size, which the maximum
/// given to read_frame() bounds.
/// @param frame as read_frame() gave it for these bytes
/// @throws PacketFault 0x81 or 0x82 for whatever the specification does not allow in it (lengths, UTF-8 of
///   1.5.4, properties that the packet may not have or has twice, Reason Codes that it does not know, a
///   Packet Identifier of 0, trailing bytes), in either direction, but for what leniency.h names; 0x84 for a
///   CONNECT of another version. The texts of a PUBLISH are not checked: RabbitMQ and others pass on what
///   any client sent, so that a fault here would let any client end our connection; see text_fault().
Packet decode(const Frame& frame, std::string_view bytes, Version version);

/// The fault, in words, of a decoded PUBLISH: of its texts (1.5.4, 4.7.1: UTF-8, wildcards, an empty Topic
/// Name without an alias), or of a payload that is not what its Payload Format Indicator says. Empty if
/// there is none.
std::string_view text_fault(const Publish& publish);

/// PUBACK, PUBREC, PUBREL or PUBCOMP without properties: most of what arrives at a publisher.
struct ShortAcknowledgement {
  PacketType type = PacketType::puback;
  std::uint16_t packet_identifier = 0;
  std::uint8_t reason_code = 0;
};
/// Reads one without decode()'s cost. @return empty for any other packet, and for one that is longer:
/// decode() reads those.
std::optional<ShortAcknowledgement> read_short_acknowledgement(const Frame& frame, std::string_view bytes,
                                                               Version version);

}  // namespace bridge::mqtt
