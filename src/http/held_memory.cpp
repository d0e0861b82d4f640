#include "held_memory.h"

#include <algorithm>
#include <utility>

namespace bridge {

void HeldMemory::hold(std::size_t bytes) { all_.held_ = all_.held_ - std::exchange(held_, bytes) + bytes; }

bool HeldMemory::reserve(std::size_t bytes) {
  const std::size_t most = all_.limit_ / 2;
  const std::size_t room = std::min(bytes, most);  // the largest must find room some time
  if (all_.reserved_ + room > most || all_.held_ + room > all_.limit_) return false;
  reserved_ += room;
  all_.reserved_ += room;
  all_.held_ += room;
  return true;
}

void HeldMemory::free_reserved() {
  if (reserved_ == 0) return;
  all_.reserved_ -= reserved_;
  all_.held_ -= std::exchange(reserved_, 0);
}

/// Touches `all_` only where it holds something: the loop may be gone before the last owner of a connection.
void HeldMemory::release() {
  free_reserved();
  if (held_ != 0) hold(0);
}

}  // namespace bridge
