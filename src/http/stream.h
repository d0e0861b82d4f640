#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace bridge {

/// A response whose content goes on for as long as somebody sends: the end that the sender holds. What the
/// client has not taken yet waits in a bounded backlog; a client that is too slow for it is cut off, and
/// nobody waits. Any thread.
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
  bool send(Chunk chunk);
  /// Ends the response after what has been sent so far.
  void end();
  bool is_open() const;

 private:
  friend class Connection;

  struct Portion {
    std::string bytes;
    bool is_last = false;
  };

  /// The connection's side. @param wake called from any thread when there is something to take, once until it
  ///   was taken.
  void attach(std::function<void()> wake);
  /// What is next, of about `size` bytes; nothing and not the last: there is nothing yet.
  Portion take(std::size_t size);
  /// The client is gone.
  void detach();

  void close_locked(std::unique_lock<std::mutex>& lock);
  void wake_locked(std::unique_lock<std::mutex>& lock);

  Options options_;
  mutable std::mutex mutex_;
  std::deque<Chunk> backlog_;
  std::size_t backlog_bytes_ = 0;
  std::function<void()> wake_;
  bool woken_ = false;
  bool open_ = true;       // for the sender
  bool detached_ = false;  // nobody takes any more
};

}  // namespace bridge
