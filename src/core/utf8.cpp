#include "bridge/core/utf8.h"

namespace bridge {
namespace {

constexpr unsigned char byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

/// The length that a leading byte announces; 0 for one that cannot lead.
constexpr std::size_t announced_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

constexpr bool is_encodable(char32_t c, std::size_t length) {
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
  return c >= smallest[length] && c <= 0x10FFFF && !surrogate;
}

}  // namespace

DecodedCharacter decode_utf8(std::string_view bytes) {
  const unsigned char lead = byte_at(bytes, 0);
  const std::size_t length = announced_length(lead);
  if (length == 1) return {lead, 1};
  if (length == 0 || length > bytes.size()) return {};
  char32_t c = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char next = byte_at(bytes, i);
    if ((next & 0xC0U) != 0x80U) return {};
    c = (c << 6U) | (next & 0x3FU);
  }
  if (!is_encodable(c, length)) return {};
  return {c, length};
}

std::string_view string_fault(std::string_view text) {
  while (!text.empty()) {
    const DecodedCharacter c = decode_utf8(text);
    if (c.length == 0) return "is not well-formed UTF-8";
    if (is_control_character(c.code_point)) return "has a control character";
    if (is_non_character(c.code_point)) return "has a Unicode non-character";
    text.remove_prefix(c.length);
  }
  return {};
}

bool is_well_formed_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = decode_utf8(bytes).length;
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace bridge
