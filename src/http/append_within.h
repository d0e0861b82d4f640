#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace bridge {

/// Appends to a body that will not have more than `limit`. Doubling as usual, one of almost the limit would
/// for a moment take three times as much; a large one gets its room at once instead, of which only what is
/// written to takes memory.
inline void append_within(std::string& content, std::string_view bytes, std::size_t limit) {
  constexpr std::size_t large = 65536;
  const std::size_t size = content.size() + bytes.size();
  if (content.capacity() < size && size > large) content.reserve(std::max(size, limit));
  content.append(bytes);
}

}  // namespace bridge
