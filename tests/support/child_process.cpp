#include "support/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

namespace bridge::test {
namespace {

/// Variables that the child does not get: proxies, and names that begin like the bridge's own.
constexpr auto withheld = std::to_array<std::string_view>(
    {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "MQTT_",
     "HTTP_", "PUBLISH_", "OUTBOX_", "LOG_", "STATE_DIR", "XDG_STATE_HOME", "CREDENTIALS_DIRECTORY"});

bool is_withheld(std::string_view entry) {
  return std::any_of(withheld.begin(), withheld.end(),
                     [&](std::string_view beginning) { return entry.starts_with(beginning); });
}

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> entries;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string name(text.substr(0, text.find('=')));
    if (!is_withheld(text) && !command.environment.contains(name)) entries.emplace_back(text);
  }
  for (const auto& [name, value] : command.environment) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  std::array<int, 2> ends{};
};

/// Calls only functions that are safe between fork and exec in a process with threads.
[[noreturn]] void become(char* const* arguments, char* const* environment, const char* directory,
                         rlim_t descriptors, int output, int errors) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit limit{descriptors, descriptors};
  if (descriptors != 0 && ::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::_exit(126);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  if (*directory == '\0' || ::chdir(directory) == 0) ::execvpe(arguments[0], arguments, environment);
  ::_exit(127);
}

int status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

ChildProcess::ChildProcess(const Command& command) {
  std::vector<std::string> arguments = {command.program};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment = environment_of(command);
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  const Pipe output;
  const Pipe errors;
  started_at_ = Clock::now();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    become(argument_pointers.data(), environment_pointers.data(), command.directory.c_str(),
           command.descriptors, output.ends[1], errors.ends[1]);
  }
  ::close(output.ends[1]);
  ::close(errors.ends[1]);
  output_ = std::make_unique<LineReader>(output.ends[0]);
  errors_ = std::make_unique<LineReader>(errors.ends[0]);
}

ChildProcess::~ChildProcess() { kill(); }

void ChildProcess::signal(int number) const {
  if (!exit_status_) ::kill(pid_, number);
}

std::optional<int> ChildProcess::wait_for_exit(TimePoint deadline) {
  eventually(deadline, [this] { return !running(); });
  return exit_status_;
}

bool ChildProcess::running() {
  if (exit_status_) return false;
  int wait_status = 0;
  if (::waitpid(pid_, &wait_status, WNOHANG) == pid_) exit_status_ = status_of(wait_status);
  return !exit_status_;
}

void ChildProcess::kill() {
  if (exit_status_) return;
  ::kill(pid_, SIGKILL);
  int wait_status = 0;
  if (::waitpid(pid_, &wait_status, 0) == pid_) exit_status_ = status_of(wait_status);
}

ProgramResult run_program(const Command& command) {
  ChildProcess child(command);
  const TimePoint deadline = within(std::chrono::seconds(30));
  if (!child.wait_for_exit(deadline)) child.kill();
  child.output().wait_for_end(deadline);
  child.errors().wait_for_end(deadline);
  return {child.wait_for_exit(Clock::now()).value_or(-1), child.output().text(), child.errors().text()};
}

}  // namespace bridge::test
