#pragma once

#include <cstddef>
#include <utility>

namespace bridge {

/// Holds a number of bytes of a limited memory, and gives them back when it is destroyed.
class HeldBytes {
 public:
  HeldBytes() = default;
  /// @param total the sum of all bytes that are held; it must outlive this.
  HeldBytes(std::size_t& total, std::size_t bytes) : total_(&total), bytes_(bytes) { total += bytes; }
  HeldBytes(HeldBytes&& other) noexcept
      : total_(std::exchange(other.total_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  HeldBytes& operator=(HeldBytes&& other) noexcept {
    std::swap(total_, other.total_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~HeldBytes() {
    if (total_ != nullptr) *total_ -= bytes_;
  }

 private:
  std::size_t* total_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace bridge
