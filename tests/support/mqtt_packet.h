#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge::test {

/// MQTT Control Packet types (MQTT 5.0, 2.1.2).
enum class PacketType : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  pubrec = 5,
  pubrel = 6,
  pubcomp = 7,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14,
};

struct MqttPacket {
  PacketType type = PacketType::pingreq;
  std::uint8_t flags = 0;
  std::string body;      // variable header and payload
  std::size_t size = 0;  // bytes, with its fixed header
};

/// Writes the data types of MQTT 5.0, 1.5.
class PacketWriter {
 public:
  PacketWriter& byte(std::uint8_t value);
  PacketWriter& two_bytes(std::uint16_t value);
  PacketWriter& four_bytes(std::uint32_t value);
  PacketWriter& variable_integer(std::uint32_t value);
  PacketWriter& text(std::string_view value);  // UTF-8 or binary data, behind its length
  PacketWriter& raw(std::string_view value);

  const std::string& bytes() const { return bytes_; }
  /// The whole packet, with its fixed header.
  std::string packet(PacketType type, std::uint8_t flags = 0) const;

 private:
  std::string bytes_;
};

/// Reads what PacketWriter writes. @throws std::runtime_error at the end of the bytes.
class PacketReader {
 public:
  explicit PacketReader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t byte();
  std::uint16_t two_bytes();
  std::uint32_t four_bytes();
  std::uint32_t variable_integer();
  std::string text();
  std::string_view raw(std::size_t size);
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// Cuts a stream of bytes into packets.
class PacketStream {
 public:
  void add(std::string_view bytes);
  /// The next whole packet, if it has arrived.
  std::optional<MqttPacket> next();
  /// The Remaining Length of the packet that is arriving; 0 if there is none, or it is not known yet.
  std::size_t announced() const;

 private:
  std::string bytes_;
  std::size_t consumed_ = 0;
};

/// The properties of a PUBLISH (MQTT 5.0, 3.3.2.3). Absent ones differ from empty ones.
struct Properties {
  std::optional<std::uint8_t> payload_format_indicator = {};
  std::optional<std::uint32_t> message_expiry_interval = {};
  std::optional<std::string> content_type = {};
  std::optional<std::string> response_topic = {};
  std::optional<std::string> correlation_data = {};
  std::vector<std::pair<std::string, std::string>> user_properties = {};
  std::vector<std::uint32_t> subscription_identifiers = {};
  bool operator==(const Properties&) const = default;
};

void write_properties(PacketWriter& writer, const Properties& properties);
/// Reads the Property Length and the properties. @throws std::runtime_error at one that no PUBLISH has.
Properties read_properties(PacketReader& reader);

}  // namespace bridge::test
