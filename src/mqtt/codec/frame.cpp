#include "decode.h"
#include "fault.h"
#include "first_byte.h"
#include "reason_codes.h"
#include "variable_byte_integer.h"

namespace bridge::mqtt {
namespace {

/// MQTT 5.0, 2.1.2 and 2.1.3; 3.3.1 for PUBLISH.
void check_first_byte(std::uint8_t first) {
  const auto type = static_cast<PacketType>(first >> 4U);
  const unsigned flags = first & 0x0FU;
  if (first >> 4U == 0) throw_malformed(type, "does not exist (2.1.2)");
  if (type == PacketType::publish) {
    if ((flags & 0x06U) == 0x06U) throw_malformed(type, "its QoS is 3 (3.3.1.2)");
    if ((flags & 0x0EU) == 0x08U) throw_malformed(type, "has DUP with QoS 0 (3.3.1.1)");
    return;
  }
  if (first != first_byte(type)) throw_malformed(type, "its reserved flags are wrong (2.1.3)");
}

constexpr bool is_acknowledgement(PacketType type) {
  return type >= PacketType::puback && type <= PacketType::pubcomp;
}

}  // namespace

std::optional<Frame> read_frame(std::string_view bytes, std::size_t maximum_packet_size) {
  if (bytes.empty()) return std::nullopt;
  Frame frame;
  frame.first = static_cast<std::uint8_t>(bytes[0]);
  check_first_byte(frame.first);
  const VariableByteInteger length = read_variable_byte_integer(bytes.substr(1));
  if (length.state == VariableByteInteger::State::cut_off) return std::nullopt;
  if (length.state != VariableByteInteger::State::whole)
    throw_malformed(frame.type(), "its Remaining Length is longer than it may be (1.5.5)");
  frame.header_size = 1 + length.size;
  frame.remaining_length = length.value;
  if (frame.size() > maximum_packet_size)
    throw PacketFault(0x95, std::string(name_of(frame.type())) + ": is larger than the Maximum Packet Size");
  return frame;
}

std::optional<ShortAcknowledgement> read_short_acknowledgement(const Frame& frame, std::string_view bytes,
                                                               Version version) {
  const std::size_t longest = version == Version::v5 ? 4 : 2;
  if (!is_acknowledgement(frame.type()) || frame.remaining_length < 2 || frame.remaining_length > longest ||
      bytes.size() < frame.size())
    return std::nullopt;
  const auto octet = [body = bytes.substr(frame.header_size)](std::size_t i) {
    return static_cast<std::uint8_t>(body[i]);
  };
  ShortAcknowledgement acknowledgement;
  acknowledgement.type = frame.type();
  acknowledgement.packet_identifier = static_cast<std::uint16_t>(octet(0) << 8U | octet(1));
  if (frame.remaining_length > 2) acknowledgement.reason_code = octet(2);
  const bool is_faulty = acknowledgement.packet_identifier == 0 ||
                         (acknowledgement.reason_code != 0 &&
                          !is_taken(acknowledgement.type, acknowledgement.reason_code, version));
  const bool has_properties = frame.remaining_length == 4 && octet(3) != 0;
  if (is_faulty || has_properties) return std::nullopt;  // decode() tells why
  return acknowledgement;
}

}  // namespace bridge::mqtt
