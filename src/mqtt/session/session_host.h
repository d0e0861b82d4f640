#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "../transport/transport.h"
#include "bridge/core/clock.h"

namespace bridge::mqtt {

/// The loop that a SessionDriver lives on, as an interface: tests need no loop.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  /// Has turn() called at the end of this turn of the loop, once however often it is asked.
  virtual void ask_for_turn() = 0;
  /// Has on_time() called at `when`, or earlier if an earlier time was asked for since its last call.
  virtual void wake_at(TimePoint when) = 0;
  /// Connects to a server of the list within `limit`. Has opened() called with the transport, or with why
  /// there is none.
  virtual void open(std::size_t server, std::chrono::milliseconds limit) = 0;
  /// Gives up the last open(): opened() is not called for it.
  virtual void cancel_open() = 0;
  /// Destroys a transport later: it may be in the middle of telling something.
  virtual void dispose(std::unique_ptr<Transport> transport) = 0;
};

}  // namespace bridge::mqtt
