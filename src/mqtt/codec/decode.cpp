#include "decode.h"

#include "decoders.h"
#include "fault.h"

namespace bridge::mqtt {

Packet decode(const Frame& frame, std::string_view bytes, Version version) {
  if (bytes.size() < frame.size()) throw_malformed(frame.type(), "is cut off");
  Reader reader(frame.type(), bytes.substr(frame.header_size, frame.remaining_length));
  switch (frame.type()) {
    case PacketType::connect:
      return decode_connect(reader);
    case PacketType::connack:
      return decode_connack(reader);
    case PacketType::publish:
      return decode_publish(reader, frame.first & 0x0FU, version);
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return decode_acknowledgement(reader, version);
    case PacketType::subscribe:
      return decode_subscribe(reader, version);
    case PacketType::suback:
      return decode_suback(reader, version);
    case PacketType::unsubscribe:
      return decode_unsubscribe(reader, version);
    case PacketType::unsuback:
      return decode_unsuback(reader, version);
    case PacketType::pingreq:
      reader.expect_end();
      return Pingreq{};
    case PacketType::pingresp:
      reader.expect_end();
      return Pingresp{};
    case PacketType::disconnect:
      return decode_disconnect(reader);
    case PacketType::auth:
      return decode_auth(reader, version);
  }
  throw_malformed(frame.type(), "does not exist (2.1.2)");
}

}  // namespace bridge::mqtt
