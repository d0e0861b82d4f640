// A stream of MQTT packets, as an enemy writes it; its first byte says in which version. Whatever decode()
// takes must be written and read again as the same packet, and what it does not take must be a PacketFault.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "bridge/core/packet_size.h"
#include "decode.h"
#include "encode.h"
#include "reason_codes.h"

namespace {

using namespace bridge::mqtt;

constexpr std::size_t max_packet = 100'000;  // bytes

void check(bool promise) {
  if (!promise) std::abort();
}

std::optional<Frame> frame_of(std::string_view stream) {
  try {
    return read_frame(stream, max_packet);
  } catch (const PacketFault& fault) {
    check(fault.reason_code() == 0x81 || fault.reason_code() == 0x95);
    return std::nullopt;
  }
}

std::optional<Packet> packet_of(const Frame& frame, std::string_view stream, Version version) {
  try {
    return decode(frame, stream, version);
  } catch (const PacketFault& fault) {
    const bool is_version_fault = frame.type() == PacketType::connect && fault.reason_code() == 0x84;
    check(fault.reason_code() == 0x81 || fault.reason_code() == 0x82 || is_version_fault);
    return std::nullopt;
  }
}

/// Until the whole Fixed Header is there, read_frame() asks for more.
void check_pieces(const Frame& frame, std::string_view stream) {
  for (std::size_t size = 0; size < frame.header_size; ++size)
    check(!read_frame(stream.substr(0, size), max_packet));
}

void check_short_form(const Frame& frame, std::string_view stream, Version version,
                      const std::optional<Packet>& packet) {
  const auto read = read_short_acknowledgement(frame, stream, version);
  if (!read) return;
  const Acknowledgement same{read->type, read->packet_identifier, read->reason_code, {}};
  check(packet == Packet(same));
}

/// The version in which decode() reads again what encode() writes: a CONNECT tells its own, and a CONNACK
/// with a return code of MQTT 3.1.1 was read without properties.
Version version_to_write(const Packet& packet, Version version) {
  if (const auto* const connect = std::get_if<Connect>(&packet)) return connect->version;
  const auto* const connack = std::get_if<Connack>(&packet);
  if (connack != nullptr && !is_known_reason_code(PacketType::connack, connack->reason_code))
    return Version::v3_1_1;
  return version;
}

/// Without what leniency.h takes and encode() does not say.
Packet sayable(Packet packet, Version version) {
  if (version == Version::v5) return packet;
  if (auto* const connack = std::get_if<Connack>(&packet)) connack->properties = {};
  if (std::holds_alternative<Disconnect>(packet)) return Disconnect{};
  return packet;
}

std::string encoded(const Packet& packet, Version version) {
  std::string out;
  encode(out, packet, version);
  return out;
}

void check_round_trip(const Packet& packet, Version version) {
  const Version written_in = version_to_write(packet, version);
  const Packet expected = sayable(packet, written_in);
  const std::string written = encoded(expected, written_in);
  const std::optional<Frame> frame = read_frame(written, written.size());
  check(frame && frame->size() == written.size());
  const Packet again = decode(*frame, written, version);
  check(again == expected);
  check(encoded(again, written_in) == written);
}

/// The way of messages writes what encode() writes.
void check_message(const Publish& publish, Version version) {
  const Properties& properties = publish.properties;
  if (properties.topic_alias || !properties.subscription_identifiers.empty()) return;
  bridge::Message message{
      std::string(publish.topic_name), std::string(publish.payload), publish.qos, publish.retain, {}};
  message.properties.payload_format_indicator = properties.payload_format_indicator;
  if (properties.message_expiry_interval)
    message.properties.message_expiry_interval = std::chrono::seconds(*properties.message_expiry_interval);
  message.properties.content_type = properties.content_type;
  message.properties.response_topic = properties.response_topic;
  message.properties.correlation_data = properties.correlation_data;
  for (const auto& [name, value] : properties.user_properties)
    message.properties.user_properties.push_back({std::string(name), std::string(value)});

  std::string written;
  encode_publish_head(written, message, {publish.dup, publish.packet_identifier, {}}, version);
  written += message.payload;
  check(written == encoded(publish, version));
  check(written.size() == publish_packet_size(message, static_cast<int>(version)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Version version = data[0] % 2 == 0 ? Version::v5 : Version::v3_1_1;
  std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (const std::optional<Frame> frame = frame_of(stream)) {
    check_pieces(*frame, stream);
    if (stream.size() < frame->size()) break;
    const std::optional<Packet> packet = packet_of(*frame, stream, version);
    check_short_form(*frame, stream, version, packet);
    if (!packet) break;
    check_round_trip(*packet, version);
    if (const auto* const publish = std::get_if<Publish>(&*packet)) {
      check_message(*publish, version);
      check(text_fault(*publish).size() < 100);
    }
    stream.remove_prefix(frame->size());
  }
  return 0;
}
