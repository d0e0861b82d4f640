#include "paho_calls.h"

#include <unistd.h>

namespace bridge::listener {

bool PahoCalls::enter() {
  const MutexLock lock(mutex_);
  inside_ = !closed_;
  return inside_;
}

void PahoCalls::leave() {
  {
    const MutexLock lock(mutex_);
    inside_ = false;
    if (!closed_) return;
  }
  for (;;) ::pause();  // until the process ends, which is about to
}

bool PahoCalls::abandon() {
  const MutexLock lock(mutex_);
  closed_ = true;
  return inside_;
}

}  // namespace bridge::listener
