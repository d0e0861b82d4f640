#include "decode.h"
#include "decoders.h"
#include "properties_decoder.h"
#include "text.h"

namespace bridge::mqtt {

Publish decode_publish(Reader& reader, std::uint8_t flags, Version version) {
  Publish publish;
  publish.dup = (flags & 0x08U) != 0;
  publish.qos = static_cast<QoS>(flags >> 1U & 0x03U);
  publish.retain = (flags & 0x01U) != 0;
  publish.topic_name = reader.binary_data();
  if (publish.qos != QoS::at_most_once) publish.packet_identifier = reader.packet_identifier();
  publish.properties = read_properties(reader, version);
  publish.payload = reader.rest();
  return publish;
}

std::string_view text_fault(const Publish& publish) {
  const Properties& properties = publish.properties;
  const bool by_alias = publish.topic_name.empty() && properties.topic_alias;
  if (!by_alias && !topic_name_fault(publish.topic_name).empty())
    return "the Topic Name is empty, has a wildcard or U+0000, or is not UTF-8";
  if (properties.response_topic && !topic_name_fault(*properties.response_topic).empty())
    return "the Response Topic is empty, has a wildcard or U+0000, or is not UTF-8";
  if (properties.content_type && !utf8_string_fault(*properties.content_type).empty())
    return "the Content Type has U+0000, or is not UTF-8";
  for (const auto& [name, value] : properties.user_properties)
    if (!utf8_string_fault(name).empty() || !utf8_string_fault(value).empty())
      return "a User Property has U+0000, or is not UTF-8";
  if (properties.payload_format_indicator.value_or(0) > 1)
    return "the Payload Format Indicator is neither 0 nor 1";
  return {};
}

}  // namespace bridge::mqtt
