#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include "decode.h"
#include "encode.h"

namespace bridge::mqtt {

inline constexpr Version both_versions[] = {Version::v3_1_1, Version::v5};

/// Bytes from the notation of these tests: pairs of hexadecimal digits, blanks, and text in apostrophes.
inline std::string bytes(std::string_view notation) {
  std::string result;
  for (std::size_t i = 0; i < notation.size(); ++i) {
    if (notation[i] == ' ') continue;
    if (notation[i] == '\'') {
      const std::size_t end = notation.find('\'', i + 1);
      result += notation.substr(i + 1, end - i - 1);
      i = end;
      continue;
    }
    result += static_cast<char>(std::stoi(std::string(notation.substr(i, 2)), nullptr, 16));
    ++i;
  }
  return result;
}

/// `body` behind a Fixed Header.
inline std::string packet_of(std::uint8_t first, std::string_view body) {
  std::string result(1, static_cast<char>(first));
  std::size_t length = body.size();
  for (; length >= 128; length >>= 7U) result += static_cast<char>((length & 0x7FU) | 0x80U);
  result += static_cast<char>(length);
  return result.append(body);
}

/// The packet that `whole` holds; it refers to `whole`.
inline Packet decoded(const std::string& whole, Version version) {
  const auto frame = read_frame(whole, std::numeric_limits<std::size_t>::max());
  if (!frame || frame->size() != whole.size()) throw std::logic_error("the test's bytes are not one packet");
  return decode(*frame, whole, version);
}
Packet decoded(std::string&&, Version) = delete;

template <typename Type>
Type decoded_as(const std::string& whole, Version version) {
  return std::get<Type>(decoded(whole, version));
}
template <typename Type>
Type decoded_as(std::string&&, Version) = delete;

/// The Reason Code of the fault of `whole`; 0: it has none.
inline int fault_of(const std::string& whole, Version version) {
  try {
    decoded(whole, version);
    return 0;
  } catch (const PacketFault& fault) {
    return fault.reason_code();
  }
}

/// The same for bytes in the notation above.
inline int fault(const char* notation, Version version = Version::v5) {
  return fault_of(bytes(notation), version);
}

inline std::string encoded(const Packet& packet, Version version) {
  std::string out;
  encode(out, packet, version);
  return out;
}

}  // namespace bridge::mqtt
