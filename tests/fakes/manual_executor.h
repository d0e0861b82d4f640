#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bridge/core/executor.h"

namespace bridge {

/// A loop on the test's own thread: posted tasks run when the test says.
class ManualExecutor : public Executor {
 public:
  void post(std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  bool runs_here() const override { return std::this_thread::get_id() == thread_; }

  /// Runs all tasks that were posted, and those that they post. @return how many there were.
  std::size_t run() {
    std::size_t ran = 0;
    while (true) {
      std::vector<std::function<void()>> tasks;
      {
        const std::lock_guard lock(mutex_);
        tasks.swap(posted_);
      }
      if (tasks.empty()) return ran;
      for (const auto& task : tasks) task();
      ran += tasks.size();
    }
  }

 private:
  const std::thread::id thread_ = std::this_thread::get_id();
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace bridge
