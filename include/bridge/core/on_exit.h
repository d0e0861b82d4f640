#pragma once

#include <functional>
#include <utility>

namespace bridge {

/// Calls a function when its scope ends, by return or by exception.
class OnExit {
 public:
  explicit OnExit(std::function<void()> action) : action_(std::move(action)) {}
  ~OnExit() { action_(); }
  OnExit(const OnExit&) = delete;
  OnExit& operator=(const OnExit&) = delete;

 private:
  std::function<void()> action_;
};

}  // namespace bridge
