#include "publish_packet.h"

namespace bridge::test {

bool is_version_5(const MqttPacket& connect) {
  PacketReader reader(connect.body);
  reader.text();  // "MQTT"
  return reader.byte() >= 5;
}

PublishPacket read_publish(const MqttPacket& packet, bool version_5) {
  PublishPacket publish;
  publish.qos = (packet.flags >> 1) & 3;
  publish.dup = (packet.flags & 8) != 0;
  PacketReader reader(packet.body);
  publish.topic = reader.text();
  if (publish.qos > 0) publish.identifier = reader.two_bytes();
  if (version_5) publish.properties = read_properties(reader);
  publish.payload = reader.rest();
  return publish;
}

}  // namespace bridge::test
