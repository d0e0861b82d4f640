#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace bridge {

/// Appends without ever having room for more than `limit`: doubling as usual, a body of almost the limit
/// would have twice as much.
inline void append_within(std::string& content, std::string_view bytes, std::size_t limit) {
  const std::size_t size = content.size() + bytes.size();
  if (content.capacity() < size) content.reserve(std::max(size, std::min(limit, 2 * content.capacity())));
  content.append(bytes);
}

}  // namespace bridge
