#pragma once

#include <cstdint>

#include "packet.h"
#include "reader.h"

namespace bridge::mqtt {

// A decoder for each kind of packet: `reader` stands behind the Fixed Header, and each reads to the end.

Connect decode_connect(Reader& reader);
Connack decode_connack(Reader& reader);
/// @param flags the low half of the Fixed Header's first byte
Publish decode_publish(Reader& reader, std::uint8_t flags, Version version);
Acknowledgement decode_acknowledgement(Reader& reader, Version version);
Subscribe decode_subscribe(Reader& reader, Version version);
Suback decode_suback(Reader& reader, Version version);
Unsubscribe decode_unsubscribe(Reader& reader, Version version);
Unsuback decode_unsuback(Reader& reader, Version version);
Disconnect decode_disconnect(Reader& reader);
Auth decode_auth(Reader& reader, Version version);

/// @throws PacketFault 0x82 if the packet does not know the code.
std::uint8_t read_reason_code(Reader& reader, Version version);

}  // namespace bridge::mqtt
