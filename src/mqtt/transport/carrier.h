#pragma once

#include <functional>
#include <string>

#include "transport.h"

namespace bridge::mqtt {

/// A Transport that another one can stand on.
class Carrier : public Transport {
 public:
  void close() override { close_after({}); }
  /// Closes as close() does; `last` is sent behind all that was written before, also if the socket has no
  /// room for it now.
  virtual void close_after(std::string last) = 0;
  /// Calls `task` on a later turn of the loop, closed or not, unless this is destroyed before.
  virtual void call_later(std::function<void()> task) = 0;
};

}  // namespace bridge::mqtt
