#include "decoders.h"
#include "fault.h"
#include "leniency.h"
#include "properties_decoder.h"

namespace bridge::mqtt {

Connack decode_connack(Reader& reader) {
  const bool has_properties = !is_connack_without_properties(reader.left());
  Connack connack;
  const std::uint8_t flags = reader.byte();
  if ((flags & 0xFEU) != 0) throw_malformed(PacketType::connack, "its reserved flags are set (3.2.2.1)");
  connack.session_present = flags == 1;
  if (has_properties) {
    connack.reason_code = read_reason_code(reader, long_connack_is_read_as);
    connack.properties = read_properties(reader, long_connack_is_read_as);
  } else {
    connack.reason_code = reader.byte();
    if (!is_taken_return_code(connack.reason_code))
      throw_protocol_error(PacketType::connack, "its return code does not exist (MQTT 3.1.1, 3.2.2.3)");
  }
  reader.expect_end();
  if (connack.session_present && connack.reason_code != 0)
    throw_protocol_error(PacketType::connack, "has a session present although it refuses (3.2.2.1.1)");
  return connack;
}

}  // namespace bridge::mqtt
