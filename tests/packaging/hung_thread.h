#pragma once

#include <sys/types.h>

#include <vector>

namespace bridge::test {

/// A thread of a child process that stands still, as one that waits for ever would, while the others run on.
/// To be destroyed by the thread that made it, before the process is waited for.
class HungThread {
 public:
  explicit HungThread(pid_t thread_id);
  ~HungThread();
  HungThread(const HungThread&) = delete;
  HungThread& operator=(const HungThread&) = delete;

 private:
  pid_t thread_id_;
};

/// The threads of a process in the order in which they were started, without its first, and without those
/// that a library made and named.
std::vector<pid_t> unnamed_threads(pid_t process_id);

}  // namespace bridge::test
