#include "support/process_usage.h"

#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace bridge::test {
namespace {

std::string directory_of(pid_t process) { return "/proc/" + std::to_string(process) + "/"; }

std::size_t status_value(pid_t process, const std::string& name) {
  std::ifstream status(directory_of(process) + "status");
  for (std::string word; status >> word;) {
    std::size_t value = 0;
    if (word == name && status >> value) return value;
  }
  return 0;
}

}  // namespace

std::chrono::microseconds cpu_time_of(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_nsec / 1000);
}

std::size_t memory_of(pid_t process) { return status_value(process, "VmRSS:"); }

std::size_t peak_memory_of(pid_t process) { return status_value(process, "VmHWM:"); }

void reset_peak_of(pid_t process) { std::ofstream(directory_of(process) + "clear_refs") << "5"; }

std::size_t descriptors_of(pid_t process) {
  const auto all = std::filesystem::directory_iterator(directory_of(process) + "fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::size_t allow_descriptors(std::size_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, std::min<rlim_t>(wanted, limit.rlim_max));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace bridge::test
