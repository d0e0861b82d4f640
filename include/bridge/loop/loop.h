#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/executor.h"
#include "bridge/core/thread_annotations.h"

namespace bridge {

/// One thread that waits for sockets and timers, and runs their handlers. Objects that live on it need no
/// lock; they must be gone, or silent, before it is destroyed.
class Loop : public Executor {
 public:
  Loop();
  ~Loop() override;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Begins to run; what was posted before runs first.
  void start();
  /// Ends the thread, whatever is still open; what was posted before is run. Not from its own thread.
  void stop();

  void post(std::function<void()> task) override EXCLUDES(mutex_);
  bool runs_here() const override {
    return thread_id_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// Runs `task` on the loop's thread and returns when it is done; directly if the loop is not running. Not
  /// from its own thread.
  void run_there(const std::function<void()>& task);

  asio::io_context& context() { return context_; }
  /// The time at which it last went round; at least once a second. For a watchdog.
  TimePoint last_sign_of_life() const { return last_sign_of_life_.load(); }

 private:
  void run_posted() EXCLUDES(mutex_);
  void show_life();

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer timer_;
  std::atomic<TimePoint> last_sign_of_life_;
  std::atomic<std::thread::id> thread_id_{};
  Mutex mutex_;
  std::vector<std::function<void()>> posted_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace bridge
