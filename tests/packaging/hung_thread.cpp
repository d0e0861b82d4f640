#include "packaging/hung_thread.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace bridge::test {
namespace {

void trace(__ptrace_request request, pid_t thread_id, const char* what) {
  if (::ptrace(request, thread_id, nullptr, nullptr) != 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
}

std::string name_of(const std::filesystem::path& task) {
  std::ifstream file(task / "comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

HungThread::HungThread(pid_t thread_id) : thread_id_(thread_id) {
  trace(PTRACE_SEIZE, thread_id_, "PTRACE_SEIZE");
  trace(PTRACE_INTERRUPT, thread_id_, "PTRACE_INTERRUPT");
  ::waitpid(thread_id_, nullptr, __WALL);
}

HungThread::~HungThread() { ::ptrace(PTRACE_DETACH, thread_id_, nullptr, nullptr); }

std::vector<pid_t> unnamed_threads(pid_t process_id) {
  const std::filesystem::path process = "/proc/" + std::to_string(process_id);
  std::vector<pid_t> threads;
  for (const auto& task : std::filesystem::directory_iterator(process / "task")) {
    const pid_t thread_id = std::stoi(task.path().filename().string());
    if (thread_id != process_id && name_of(task.path()) == name_of(process)) threads.push_back(thread_id);
  }
  std::sort(threads.begin(), threads.end());
  return threads;
}

}  // namespace bridge::test
