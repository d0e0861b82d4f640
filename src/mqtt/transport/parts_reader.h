#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace bridge::mqtt {

/// Walks through several pieces of memory as if they were one.
class PartsReader {
 public:
  explicit PartsReader(std::span<const std::string_view> parts) : parts_(parts) { skip_empty(); }

  bool at_end() const { return parts_.empty(); }
  /// The rest of the piece at hand, at most `limit` bytes; empty only at the end.
  std::string_view front(std::size_t limit) const {
    return at_end() ? std::string_view() : parts_.front().substr(at_, limit);
  }
  /// The number of bytes that are left, counted up to `limit`.
  std::size_t size_up_to(std::size_t limit) const {
    std::size_t size = 0;
    for (PartsReader look = *this; !look.at_end() && size < limit;) {
      const std::size_t step = look.front(limit - size).size();
      look.skip(step);
      size += step;
    }
    return size;
  }
  /// Leaves `size` bytes behind, or all that there are.
  void skip(std::size_t size) {
    while (size > 0 && !at_end()) {
      const std::size_t step = front(size).size();
      at_ += step;
      size -= step;
      skip_empty();
    }
  }

 private:
  void skip_empty() {
    while (!parts_.empty() && at_ == parts_.front().size()) {
      parts_ = parts_.subspan(1);
      at_ = 0;
    }
  }

  std::span<const std::string_view> parts_;
  std::size_t at_ = 0;  // in the first of them
};

inline std::size_t total_size(std::span<const std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  return size;
}

}  // namespace bridge::mqtt
