#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

/// Names for clang's thread safety analysis (`-Wthread-safety`, which `./dev lint` turns on): which lock a
/// member needs, and which a function needs, takes or must not hold. For GCC they are empty.
///
/// libstdc++'s locks bear no annotations, so clang would not know that std::lock_guard takes anything:
/// `Mutex`, `MutexLock` and `MutexCondition` are the standard ones with them.
#if defined(__clang__)
#define BRIDGE_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define BRIDGE_THREAD_ANNOTATION(x)
#endif

#define CAPABILITY(x) BRIDGE_THREAD_ANNOTATION(capability(x))
#define SCOPED_CAPABILITY BRIDGE_THREAD_ANNOTATION(scoped_lockable)
#define GUARDED_BY(x) BRIDGE_THREAD_ANNOTATION(guarded_by(x))
#define REQUIRES(...) BRIDGE_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) BRIDGE_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) BRIDGE_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) BRIDGE_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define ACQUIRED_BEFORE(...) BRIDGE_THREAD_ANNOTATION(acquired_before(__VA_ARGS__))

namespace bridge {

/// std::mutex, for the analysis.
class CAPABILITY("mutex") Mutex {
 public:
  void lock() ACQUIRE() { mutex_.lock(); }
  void unlock() RELEASE() { mutex_.unlock(); }

 private:
  friend class MutexCondition;
  std::mutex mutex_;
};

/// std::lock_guard, for the analysis.
class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// std::condition_variable, for the analysis. A wait may end without a notification: look again in a loop.
class MutexCondition {
 public:
  void wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    changed_.wait(lock);
    lock.release();
  }
  std::cv_status wait_until(Mutex& mutex, std::chrono::steady_clock::time_point deadline) REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    const std::cv_status status = changed_.wait_until(lock, deadline);
    lock.release();
    return status;
  }
  void notify_one() { changed_.notify_one(); }
  void notify_all() { changed_.notify_all(); }

 private:
  std::condition_variable changed_;
};

}  // namespace bridge
