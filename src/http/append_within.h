#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace bridge {

/// Appends to a body of at most `limit` bytes. A string that doubles would for a moment take three times a
/// body of almost the limit; so a large one gets its whole room at once, and the kernel gives it memory only
/// for the pages that are written to.
inline void append_within(std::string& content, std::string_view bytes, std::size_t limit) {
  constexpr std::size_t large = 65536;
  const std::size_t size = content.size() + bytes.size();
  if (content.capacity() < size && size > large) content.reserve(std::max(size, limit));
  content.append(bytes);
}

}  // namespace bridge
