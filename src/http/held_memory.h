#pragma once

#include <cstddef>

namespace bridge {

/// The memory that all connections of one loop hold together: requests that are arriving, and responses that
/// are not taken. The loop's thread only.
class LoopMemory {
 public:
  /// @param limit in bytes. @param limit_each of these for one connection, so that it does not take the share
  ///   of the others.
  LoopMemory(std::size_t limit, std::size_t limit_each) : limit_(limit), limit_each_(limit_each) {}

 private:
  friend class HeldMemory;

  const std::size_t limit_;
  const std::size_t limit_each_;
  std::size_t held_ = 0;      // `reserved_` included
  std::size_t reserved_ = 0;  // for responses that are not there yet
};

/// One connection's part of it. A thousand clients that send all but the end of a large body, or do not take
/// a large response, must not fill the memory. What it holds ends with it.
class HeldMemory {
 public:
  /// @param all must outlive it, or may end once release() was called.
  explicit HeldMemory(LoopMemory& all) : all_(all) {}
  ~HeldMemory() { release(); }
  HeldMemory(const HeldMemory&) = delete;
  HeldMemory& operator=(const HeldMemory&) = delete;

  /// Sets how many bytes it holds at present, beside those that are reserved.
  void hold(std::size_t bytes);
  /// @return true if neither it nor all together would pass their limits with so many bytes more.
  bool has_room_for(std::size_t bytes) const {
    return held_ + reserved_ + bytes <= all_.limit_each_ && all_.held_ + bytes <= all_.limit_;
  }
  /// Reserves about `bytes` for a response, beyond the limit of one connection if must be. All reservations
  /// together leave half of the room to others: a request that reserves and then waits may be small, and
  /// there may be many.
  /// @return false, and nothing is reserved, if there is no room.
  bool reserve(std::size_t bytes);
  void free_reserved();
  void release();

 private:
  LoopMemory& all_;
  std::size_t held_ = 0;
  std::size_t reserved_ = 0;
};

}  // namespace bridge
