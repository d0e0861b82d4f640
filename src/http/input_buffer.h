#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "kept_buffer.h"

namespace bridge {

/// The bytes that a client has sent and that are not yet part of a request.
class InputBuffer {
 public:
  void append(std::string_view bytes) {
    bytes_.erase(0, std::exchange(taken_, 0));
    bytes_.append(bytes);
  }
  std::string_view unread() const { return std::string_view(bytes_).substr(taken_); }
  /// Takes the first `bytes` of unread() away.
  void take(std::size_t bytes) {
    taken_ += bytes;
    if (taken_ < bytes_.size()) return;
    empty_buffer(bytes_);
    taken_ = 0;
  }
  /// Bytes of memory beyond those that each connection keeps, or that it uses of these.
  std::size_t memory() const { return bytes_.capacity() > kept_capacity ? bytes_.capacity() : bytes_.size(); }
  void release() {
    free_buffer(bytes_);
    taken_ = 0;
  }

 private:
  std::string bytes_;
  std::size_t taken_ = 0;
};

}  // namespace bridge
