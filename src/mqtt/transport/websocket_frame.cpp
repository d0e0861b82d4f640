#include "websocket_frame.h"

#include <algorithm>
#include <cstring>

namespace bridge::mqtt {
namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;
constexpr std::uint8_t length_in_two_bytes = 126;
constexpr std::uint8_t length_in_eight_bytes = 127;
constexpr std::size_t max_control_size = 125;

bool is_control(WebSocketOpcode opcode) { return opcode >= WebSocketOpcode::close; }

bool is_known(WebSocketOpcode opcode) {
  return opcode <= WebSocketOpcode::binary || (is_control(opcode) && opcode <= WebSocketOpcode::pong);
}

/// The number of bytes that the length takes behind the first two.
std::size_t extended_length_size(std::uint8_t length) {
  if (length == length_in_eight_bytes) return 8;
  return length == length_in_two_bytes ? 2 : 0;
}

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

WebSocketPiece fault(WebSocketStatus status, std::string_view what) {
  return {WebSocketPiece::Kind::fault, what, static_cast<std::uint16_t>(status)};
}

}  // namespace

void mask(std::span<char> bytes, const MaskingKey& key) {
  std::uint64_t wide_key = 0;
  std::memcpy(&wide_key, key.data(), key.size());
  std::memcpy(reinterpret_cast<char*>(&wide_key) + key.size(), key.data(), key.size());
  std::size_t i = 0;
  for (; i + sizeof(wide_key) <= bytes.size(); i += sizeof(wide_key)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof(word));
    word ^= wide_key;
    std::memcpy(bytes.data() + i, &word, sizeof(word));
  }
  for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ key[i % key.size()]);
}

std::size_t put_frame_header(char* to, WebSocketOpcode opcode, std::size_t size, const MaskingKey& key) {
  std::size_t at = 0;
  const auto put = [&](std::size_t byte) { to[at++] = static_cast<char>(byte); };
  put(final_bit | static_cast<std::size_t>(opcode));
  std::size_t length_size = 0;
  if (size < length_in_two_bytes) {
    put(mask_bit | size);
  } else {
    length_size = size <= 0xFFFF ? 2 : 8;
    put(mask_bit | (length_size == 2 ? length_in_two_bytes : length_in_eight_bytes));
  }
  for (std::size_t i = length_size; i > 0; --i) put(size >> (8 * (i - 1)) & 0xFF);
  for (const std::uint8_t byte : key) put(byte);
  return at;
}

std::optional<WebSocketPiece> WebSocketDecoder::next(std::string_view& bytes) {
  while (!bytes.empty()) {
    const auto piece = in_payload_ ? payload_from(bytes) : header_from(bytes);
    if (piece) return piece;
  }
  return std::nullopt;
}

std::optional<WebSocketPiece> WebSocketDecoder::header_from(std::string_view& bytes) {
  header_[header_size_++] = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  if (header_size_ < 2 || header_size_ < 2 + extended_length_size(header_[1] & length_bits))
    return std::nullopt;
  if (const std::string_view wrong = begin_frame(); !wrong.empty())
    return fault(frame_.opcode == WebSocketOpcode::text ? WebSocketStatus::unsupported_data
                                                        : WebSocketStatus::protocol_error,
                 wrong);
  header_size_ = 0;
  in_payload_ = frame_.left > 0;
  if (in_payload_ || !is_control(frame_.opcode)) return std::nullopt;
  return control_piece();  // an empty one
}

std::string_view WebSocketDecoder::begin_frame() {
  const std::uint8_t first = header_[0];
  const std::uint8_t length = header_[1] & length_bits;
  frame_.opcode = static_cast<WebSocketOpcode>(first & opcode_bits);
  frame_.final = (first & final_bit) != 0;
  frame_.left = length;
  control_size_ = 0;
  const bool control = is_control(frame_.opcode);
  if ((first & reserved_bits) != 0) return "a frame with reserved bits";  // no extension was agreed on
  if (!is_known(frame_.opcode)) return "a frame of an unknown kind";
  if ((header_[1] & mask_bit) != 0) return "a masked frame from the server";  // RFC 6455, 5.1
  if (frame_.opcode == WebSocketOpcode::text) return "a text frame";          // MQTT 5.0, 6.0.0-1
  if (control && (!frame_.final || length > max_control_size))
    return "a control frame in fragments, or too long";
  if (const std::size_t size = extended_length_size(length); size > 0) {
    frame_.left = big_endian(std::span(header_).subspan(2, size));
    const std::uint64_t least = size == 2 ? length_in_two_bytes : 0x10000;
    if (frame_.left < least || frame_.left >> 63 != 0) return "a frame whose length is malformed";
  }
  if (control) return {};
  const bool continues = frame_.opcode == WebSocketOpcode::continuation;
  if (continues != in_message_) return "a fragment out of place";
  in_message_ = !frame_.final;
  return {};
}

std::optional<WebSocketPiece> WebSocketDecoder::payload_from(std::string_view& bytes) {
  if (is_control(frame_.opcode)) return control_from(bytes);
  const std::string_view some = bytes.substr(0, std::min<std::uint64_t>(frame_.left, bytes.size()));
  bytes.remove_prefix(some.size());
  frame_.left -= some.size();
  in_payload_ = frame_.left > 0;
  return WebSocketPiece{WebSocketPiece::Kind::data, some};
}

std::optional<WebSocketPiece> WebSocketDecoder::control_from(std::string_view& bytes) {
  const std::size_t taken = bytes.copy(control_.data() + control_size_, frame_.left);
  bytes.remove_prefix(taken);
  control_size_ += taken;
  frame_.left -= taken;
  in_payload_ = frame_.left > 0;
  if (in_payload_) return std::nullopt;
  return control_piece();
}

WebSocketPiece WebSocketDecoder::control_piece() const {
  const std::string_view payload(control_.data(), control_size_);
  if (frame_.opcode == WebSocketOpcode::ping) return {WebSocketPiece::Kind::ping, payload};
  if (frame_.opcode == WebSocketOpcode::pong) return {WebSocketPiece::Kind::pong, payload};
  if (payload.empty()) return {WebSocketPiece::Kind::close, payload};
  if (payload.size() == 1) return fault(WebSocketStatus::protocol_error, "a Close frame with half a status");
  const auto high = static_cast<std::uint8_t>(payload[0]);
  const auto low = static_cast<std::uint8_t>(payload[1]);
  return {WebSocketPiece::Kind::close, payload.substr(2), static_cast<std::uint16_t>(high << 8 | low)};
}

}  // namespace bridge::mqtt
