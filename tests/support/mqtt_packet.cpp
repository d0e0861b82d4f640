#include "support/mqtt_packet.h"

#include <stdexcept>

namespace bridge::test {
namespace {

constexpr std::uint8_t low_byte(std::uint32_t value) { return static_cast<std::uint8_t>(value & 0xFFU); }

/// @return true if the length of a packet that begins here has arrived (MQTT 5.0, 2.1.4).
bool has_length(std::string_view bytes) {
  std::size_t length_bytes = 1;
  while (length_bytes < bytes.size() && (static_cast<std::uint8_t>(bytes[length_bytes]) & 0x80U) != 0)
    ++length_bytes;
  return length_bytes < bytes.size();
}

}  // namespace

PacketWriter& PacketWriter::byte(std::uint8_t value) {
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

PacketWriter& PacketWriter::two_bytes(std::uint16_t value) {
  return byte(low_byte(value >> 8U)).byte(low_byte(value));
}

PacketWriter& PacketWriter::four_bytes(std::uint32_t value) {
  return byte(low_byte(value >> 24U))
      .byte(low_byte(value >> 16U))
      .byte(low_byte(value >> 8U))
      .byte(low_byte(value));
}

PacketWriter& PacketWriter::variable_integer(std::uint32_t value) {
  while (value >= 0x80) {
    byte(low_byte((value & 0x7FU) | 0x80U));
    value >>= 7U;
  }
  return byte(low_byte(value));
}

PacketWriter& PacketWriter::text(std::string_view value) {
  return two_bytes(static_cast<std::uint16_t>(value.size())).raw(value);
}

PacketWriter& PacketWriter::raw(std::string_view value) {
  bytes_.append(value);
  return *this;
}

std::string PacketWriter::packet(PacketType type, std::uint8_t flags) const {
  PacketWriter whole;
  whole.byte(low_byte((static_cast<std::uint32_t>(type) << 4U) | flags));
  whole.variable_integer(static_cast<std::uint32_t>(bytes_.size()));
  return whole.raw(bytes_).bytes();
}

std::string_view PacketReader::raw(std::size_t size) {
  if (size > rest_.size()) throw std::runtime_error("MQTT packet ends too early");
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t PacketReader::byte() { return static_cast<std::uint8_t>(raw(1).front()); }

std::uint16_t PacketReader::two_bytes() {
  const auto high = static_cast<std::uint32_t>(byte());
  return static_cast<std::uint16_t>((high << 8U) | byte());
}

std::uint32_t PacketReader::four_bytes() {
  const auto high = static_cast<std::uint32_t>(two_bytes());
  return (high << 16U) | two_bytes();
}

std::uint32_t PacketReader::variable_integer() {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint32_t part = byte();
    value |= (part & 0x7FU) << shift;
    if (part < 0x80) return value;
  }
  throw std::runtime_error("MQTT variable byte integer is too long");
}

std::string PacketReader::text() {
  const std::size_t size = two_bytes();
  return std::string(raw(size));
}

void PacketStream::add(std::string_view bytes) {
  bytes_.erase(0, consumed_);
  consumed_ = 0;
  bytes_.append(bytes);
}

std::optional<MqttPacket> PacketStream::next() {
  const std::string_view rest = std::string_view(bytes_).substr(consumed_);
  if (!has_length(rest)) return std::nullopt;
  PacketReader reader(rest);
  const std::uint8_t head = reader.byte();
  const std::size_t length = reader.variable_integer();
  if (reader.rest().size() < length) return std::nullopt;
  MqttPacket packet{static_cast<PacketType>(head >> 4U), low_byte(head & 0x0FU),
                    std::string(reader.raw(length)), 0};
  packet.size = rest.size() - reader.rest().size();
  consumed_ = bytes_.size() - reader.rest().size();
  return packet;
}

std::size_t PacketStream::announced() const {
  const std::string_view rest = std::string_view(bytes_).substr(consumed_);
  if (!has_length(rest)) return 0;
  PacketReader reader(rest);
  reader.byte();
  return reader.variable_integer();
}

}  // namespace bridge::test
