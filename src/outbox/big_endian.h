#pragma once

#include <cstdint>
#include <string_view>

namespace bridge {

/// A number of `N` bytes in SQLite's files, and in MQTT's: the highest byte first. The bytes must be there.
template <std::size_t N>
std::uint64_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < N; ++i) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

inline std::uint16_t big_endian_16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(big_endian<2>(bytes, at));
}

inline std::uint32_t big_endian_32(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(big_endian<4>(bytes, at));
}

}  // namespace bridge
