#include "encode.h"
#include "first_byte.h"
#include "sink.h"

namespace bridge::mqtt {
namespace {

/// Writes the properties of property_table.h without the table, since each message passes here.
template <typename Sink>
void put_message_properties(Sink& sink, const MessageProperties& properties,
                            const std::optional<std::uint32_t>& expiry) {
  if (properties.payload_format_indicator) {
    sink.byte(0x01);
    sink.byte(*properties.payload_format_indicator);
  }
  if (expiry) {
    sink.byte(0x02);
    sink.four_byte_integer(*expiry);
  }
  if (properties.content_type) {
    sink.byte(0x03);
    sink.string(*properties.content_type);
  }
  if (properties.response_topic) {
    sink.byte(0x08);
    sink.string(*properties.response_topic);
  }
  if (properties.correlation_data) {
    sink.byte(0x09);
    sink.string(*properties.correlation_data);
  }
  for (const UserProperty& property : properties.user_properties) {
    sink.byte(0x26);
    sink.string(property.name);
    sink.string(property.value);
  }
}

std::optional<std::uint32_t> own_expiry(const MessageProperties& properties) {
  if (!properties.message_expiry_interval) return std::nullopt;
  return static_cast<std::uint32_t>(properties.message_expiry_interval->count());
}

/// Property Length and Remaining Length: they stand before the bytes that they count.
struct PublishLengths {
  PublishLengths(const Message& message, const std::optional<std::uint32_t>& expiry, Version version) {
    ByteCounter counter;
    counter.string(message.topic_name);
    if (message.qos != QoS::at_most_once) counter.two_byte_integer(0);
    if (version == Version::v5) {
      ByteCounter values;
      put_message_properties(values, message.properties, expiry);
      properties = values.size();
      counter.variable_byte_integer(properties);
    }
    remaining = counter.size() + properties + message.payload.size();
  }

  std::size_t properties = 0;
  std::size_t remaining = 0;
};

}  // namespace

void encode_publish_head(std::string& out, const Message& message, const PublishHead& head, Version version) {
  const auto expiry =
      head.message_expiry_interval ? head.message_expiry_interval : own_expiry(message.properties);
  const PublishLengths lengths(message, expiry, version);
  ByteCounter().variable_byte_integer(lengths.remaining);  // throws if no packet can be so long
  Appender appender(out);
  appender.byte(first_byte_of_publish(head.dup, message.qos, message.retain));
  appender.variable_byte_integer(lengths.remaining);
  appender.string(message.topic_name);
  if (message.qos != QoS::at_most_once) appender.two_byte_integer(head.packet_identifier);
  if (version != Version::v5) return;
  appender.variable_byte_integer(lengths.properties);
  put_message_properties(appender, message.properties, expiry);
}

}  // namespace bridge::mqtt
