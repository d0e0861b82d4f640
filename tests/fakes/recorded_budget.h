#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "bridge/core/error.h"
#include "request_context.h"

namespace bridge {

/// In place of the connection: remembers what a handler reserved, and the time it asked for.
struct RecordedBudget : ResponseBudget {
  void reserve(std::size_t bytes) override {
    if (bytes > room) throw Error(Errc::queue_full, "no room");
    reserved = bytes;
  }
  void answer_within(std::chrono::seconds given) override { wait = given; }

  std::size_t room = 1000000000;
  std::size_t reserved = 0;
  std::optional<std::chrono::seconds> wait;
};

}  // namespace bridge
