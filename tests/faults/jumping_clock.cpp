#include "jumping_clock.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "support/timing.h"

namespace bridge::test {

JumpingClock::JumpingClock() {
  directory_.write("ahead", std::string(sizeof(*ahead_), '\0'));
  const int descriptor = ::open(directory_.file("ahead").c_str(), O_RDWR | O_CLOEXEC);
  void* memory = ::mmap(nullptr, sizeof(*ahead_), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  ahead_ = static_cast<std::atomic<std::int64_t>*>(memory);
}

JumpingClock::~JumpingClock() { ::munmap(ahead_, sizeof(*ahead_)); }

std::map<std::string, std::string> JumpingClock::environment() const {
  std::map<std::string, std::string> variables = {{"LD_PRELOAD", WALL_CLOCK_LIBRARY},
                                                  {jumping_clock_variable, directory_.file("ahead")}};
  if (!sanitized) return variables;
  const char* options = std::getenv("ASAN_OPTIONS");
  // ASan wants its own library to be loaded first
  variables["ASAN_OPTIONS"] = std::string(options == nullptr ? "" : options) + ":verify_asan_link_order=0";
  return variables;
}

}  // namespace bridge::test
