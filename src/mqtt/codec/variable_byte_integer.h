#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bridge::mqtt {

/// A Variable Byte Integer at the beginning of some bytes.
struct VariableByteInteger {
  enum class State : std::uint8_t { whole, cut_off, too_long, not_minimal };
  State state = State::cut_off;  // cut_off: more bytes are needed to know it
  std::uint32_t value = 0;       // if it is whole
  std::size_t size = 0;          // bytes, if it is whole
};

/// Reads one. It may have four bytes, and not one more than its value needs (MQTT 5.0, 1.5.5).
constexpr VariableByteInteger read_variable_byte_integer(std::string_view bytes) {
  using State = VariableByteInteger::State;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i == bytes.size()) return {State::cut_off, 0, 0};
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= (byte & 0x7FU) << (7 * i);
    if ((byte & 0x80U) != 0) continue;
    if (i > 0 && byte == 0) return {State::not_minimal, 0, 0};
    return {State::whole, value, i + 1};
  }
  return {State::too_long, 0, 0};
}

}  // namespace bridge::mqtt
