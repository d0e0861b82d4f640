#include "bridge/core/packet_size.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(PacketSizeTest, CountsThePacketAsItGoesOut) {
  Message message{"ab", "xyz", QoS::at_most_once, false, {}};
  EXPECT_EQ(publish_packet_size(message, 4), 2U + 2 + 2 + 3);
  EXPECT_EQ(publish_packet_size(message, 5), 2U + 2 + 2 + 1 + 3) << "a length of no properties";
  message.qos = QoS::at_least_once;
  EXPECT_EQ(publish_packet_size(message, 4), 2U + 2 + 2 + 2 + 3);
  message.properties.content_type = "t";
  message.properties.message_expiry_interval = std::chrono::seconds(1);
  message.properties.payload_format_indicator = 1;
  message.properties.user_properties = {{"k", "v"}};
  EXPECT_EQ(publish_packet_size(message, 5), 2U + 2 + 2 + 2 + 1 + (4 + 5 + 2 + 7) + 3);
  message.payload.assign(200, 'x');
  EXPECT_EQ(publish_packet_size(message, 4), 1U + 2 + 2 + 2 + 2 + 200) << "two bytes of Remaining Length";
}

}  // namespace
}  // namespace bridge
