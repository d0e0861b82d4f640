#include "decoders.h"
#include "fault.h"
#include "leniency.h"
#include "properties_decoder.h"
#include "reason_codes.h"

namespace bridge::mqtt {

std::uint8_t read_reason_code(Reader& reader, Version version) {
  const std::uint8_t code = reader.byte();
  if (!is_taken(reader.packet(), code, version))
    throw_protocol_error(reader.packet(), "its Reason Code is none that this packet has");
  return code;
}

/// Without a Reason Code it is 0, and without a Property Length there are no properties (MQTT 5.0, 3.4.2.1
/// and 3.4.2.2.1, and likewise for the others).
Acknowledgement decode_acknowledgement(Reader& reader, Version version) {
  Acknowledgement acknowledgement;
  acknowledgement.type = reader.packet();
  acknowledgement.packet_identifier = reader.packet_identifier();
  if (version == Version::v5) {
    if (!reader.at_end()) acknowledgement.reason_code = read_reason_code(reader, version);
    if (!reader.at_end()) acknowledgement.properties = read_properties(reader, version);
  }
  reader.expect_end();
  return acknowledgement;
}

Disconnect decode_disconnect(Reader& reader) {
  Disconnect disconnect;
  if (!reader.at_end()) disconnect.reason_code = read_reason_code(reader, disconnect_is_read_as);
  if (!reader.at_end()) disconnect.properties = read_properties(reader, disconnect_is_read_as);
  reader.expect_end();
  return disconnect;
}

/// Reason Code and properties may only be left out together (MQTT 5.0, 3.15.2.1).
Auth decode_auth(Reader& reader, Version version) {
  if (version != Version::v5) throw_malformed(PacketType::auth, "does not exist in MQTT 3.1.1 (2.2.1)");
  Auth auth;
  if (reader.at_end()) return auth;
  auth.reason_code = read_reason_code(reader, version);
  auth.properties = read_properties(reader, version);
  reader.expect_end();
  const bool says_nothing = auth.reason_code == 0 && auth.properties == Properties{};
  if (!says_nothing && !auth.properties.authentication_method)
    throw_protocol_error(PacketType::auth, "has no Authentication Method (3.15.2.2.2)");
  return auth;
}

}  // namespace bridge::mqtt
