#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "bridge/core/thread_annotations.h"

namespace bridge {

/// The sender's end of a response whose content goes on for as long as somebody sends. Chunks that the client
/// has not taken wait in a bounded backlog: a client that reads too slowly is cut off, and neither memory nor
/// a sender is held up by it. Any thread.
class Stream {
 public:
  /// Bytes that many streams may share.
  using Chunk = std::shared_ptr<const std::string>;

  struct Options {
    std::size_t max_backlog_bytes = 1048576;
    std::string overflow_notice;  // sent as the last, in place of the backlog, when it is full
    std::function<void()> ended;  // called once, from any thread, when nothing more can be sent
  };

  explicit Stream(Options options) : options_(std::move(options)) {}

  /// @return false if nothing more is sent: the client is gone, was cut off, or end() was called.
  bool send(Chunk chunk) EXCLUDES(mutex_);
  /// Ends the response behind the chunks that were sent so far.
  void end() EXCLUDES(mutex_);
  bool is_open() const EXCLUDES(mutex_);

 private:
  friend class ResponseWriter;

  struct Portion {
    std::string bytes;
    bool is_last = false;
  };

  /// The connection's side. @param wake called from any thread when there is something to take, once until it
  ///   was taken.
  void attach(std::function<void()> wake) EXCLUDES(mutex_);
  /// Takes about `size` bytes off the backlog. No bytes, and not the last: there is nothing yet.
  Portion take(std::size_t size) EXCLUDES(mutex_);
  /// The client is gone.
  void detach() EXCLUDES(mutex_);

  /// Calls to others, which are made without the lock.
  struct Calls {
    std::function<void()> wake;
    std::function<void()> ended;
    void make() const;
  };
  Calls close() REQUIRES(mutex_);
  std::function<void()> wake_up() REQUIRES(mutex_);

  mutable Mutex mutex_;
  Options options_ GUARDED_BY(mutex_);
  std::deque<Chunk> backlog_ GUARDED_BY(mutex_);
  std::size_t backlog_bytes_ GUARDED_BY(mutex_) = 0;
  std::function<void()> wake_ GUARDED_BY(mutex_);
  bool woken_ GUARDED_BY(mutex_) = false;
  bool open_ GUARDED_BY(mutex_) = true;       // for the sender
  bool detached_ GUARDED_BY(mutex_) = false;  // nobody takes any more
};

}  // namespace bridge
