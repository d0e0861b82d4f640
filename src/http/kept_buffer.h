#pragma once

#include <cstddef>
#include <string>

namespace bridge {

/// So many bytes of a connection's buffer are kept from one request to the next; what is larger is given
/// back.
constexpr std::size_t kept_capacity = 4096;

/// Empties `buffer`.
inline void empty_buffer(std::string& buffer) {
  if (buffer.capacity() > kept_capacity) std::string().swap(buffer);
  buffer.clear();
}

/// Empties `buffer`, and keeps none of its memory.
inline void free_buffer(std::string& buffer) { std::string().swap(buffer); }

}  // namespace bridge
