#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/line_reader.h"
#include "support/timing.h"

namespace bridge::test {

/// A command to start. The child inherits our environment without its proxies and without all names that the
/// bridge reads, so that a test says itself what it depends on.
struct Command {
  std::string program;  // looked up in PATH
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment = {};  // added
  std::string directory = {};                           // empty: ours
  std::size_t descriptors = 0;                          // RLIMIT_NOFILE; 0: ours
};

/// A program that runs beside the test, and ends with it at the latest.
class ChildProcess {
 public:
  /// @throws std::system_error if it cannot be started at all; a missing program exits with 127.
  explicit ChildProcess(const Command& command);
  /// Kills and reaps.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  TimePoint started_at() const { return started_at_; }
  const LineReader& output() const { return *output_; }
  const LineReader& errors() const { return *errors_; }

  void signal(int number) const;
  /// The exit status, 128 + n after signal n; nothing if it still runs at `deadline`.
  std::optional<int> wait_for_exit(TimePoint deadline);
  bool running();
  void kill();

 private:
  pid_t pid_ = -1;
  TimePoint started_at_;
  std::optional<int> exit_status_;
  std::unique_ptr<LineReader> output_;
  std::unique_ptr<LineReader> errors_;
};

struct ProgramResult {
  int status = -1;
  std::string output;  // lines, each ended by a line feed
  std::string errors;
};

/// Runs a program to its end. A program that is not done in 30 s is killed, and its status is 137.
ProgramResult run_program(const Command& command);

}  // namespace bridge::test
