#pragma once

#include "packet.h"
#include "property_table.h"
#include "reader.h"

namespace bridge::mqtt {

/// Reads a Property Length and the properties behind it (MQTT 5.0, 2.2.2).
/// @throws PacketFault 0x81 for an identifier that is no property, or one that may not stand here; 0x82 for
///   a repeat, or a value that its clause forbids.
Properties read_properties(Reader& reader, PropertyPlace place);

/// The properties of the packet itself: none with MQTT 3.1.1.
inline Properties read_properties(Reader& reader, Version version) {
  return version == Version::v5 ? read_properties(reader, PropertyPlace(reader.packet())) : Properties{};
}

}  // namespace bridge::mqtt
