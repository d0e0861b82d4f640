#include "bridge/loop/loop.h"

#include <asio/post.hpp>
#include <future>
#include <utility>

namespace bridge {
namespace {

constexpr std::chrono::milliseconds between_signs_of_life{500};

}  // namespace

Loop::Loop()
    : work_(asio::make_work_guard(context_)),
      timer_(context_),
      last_sign_of_life_(std::chrono::steady_clock::now()) {}

Loop::~Loop() { stop(); }

void Loop::start() {
  show_life();
  thread_ = std::thread([this] {
    thread_id_ = std::this_thread::get_id();
    context_.run();
  });
}

void Loop::stop() {
  if (!thread_.joinable()) return;
  post([this] { context_.stop(); });
  thread_.join();
  thread_id_ = std::thread::id();
}

void Loop::post(std::function<void()> task) {
  bool is_first = false;
  {
    const MutexLock lock(mutex_);
    is_first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  if (is_first) asio::post(context_, [this] { run_posted(); });
}

void Loop::run_posted() {
  std::vector<std::function<void()>> tasks;
  {
    const MutexLock lock(mutex_);
    tasks.swap(posted_);
  }
  for (const auto& task : tasks) task();
}

void Loop::run_there(const std::function<void()>& task) {
  if (!thread_.joinable()) return task();
  std::promise<void> done;
  post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void Loop::show_life() {
  last_sign_of_life_ = std::chrono::steady_clock::now();
  timer_.expires_after(between_signs_of_life);
  timer_.async_wait([this](const std::error_code& error) {
    if (!error) show_life();
  });
}

}  // namespace bridge
