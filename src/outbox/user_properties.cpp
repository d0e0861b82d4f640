#include "user_properties.h"

#include "big_endian.h"

namespace bridge {
namespace {

void append_string(std::string& bytes, std::string_view text) {
  bytes += static_cast<char>(text.size() >> 8U);
  bytes += static_cast<char>(text.size() & 0xFFU);
  bytes += text;
}

std::optional<std::string> take_string(std::string_view& bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const std::size_t size = big_endian_16(bytes, 0);
  if (bytes.size() - 2 < size) return std::nullopt;
  std::string text(bytes.substr(2, size));
  bytes.remove_prefix(2 + size);
  return text;
}

}  // namespace

std::optional<std::string> encode_user_properties(const std::vector<UserProperty>& properties) {
  if (properties.empty()) return std::nullopt;
  std::string bytes;
  for (const UserProperty& property : properties) {
    append_string(bytes, property.name);
    append_string(bytes, property.value);
  }
  return bytes;
}

std::optional<std::vector<UserProperty>> decode_user_properties(std::string_view bytes) {
  std::vector<UserProperty> properties;
  while (!bytes.empty()) {
    auto name = take_string(bytes);
    auto value = take_string(bytes);
    if (!name || !value) return std::nullopt;
    properties.push_back({std::move(*name), std::move(*value)});
  }
  return properties;
}

}  // namespace bridge
