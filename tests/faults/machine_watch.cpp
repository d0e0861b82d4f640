#include "machine_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "support/timing.h"

namespace bridge::test {
namespace {

constexpr std::chrono::milliseconds between_looks(50);
constexpr std::chrono::milliseconds usual(100);

}  // namespace

MachineWatch::MachineWatch() : thread_([this](const std::stop_token& stop) { watch(stop); }) {}

std::chrono::milliseconds MachineWatch::take_longest() {
  return std::chrono::milliseconds(longest_.exchange(0));
}

void MachineWatch::watch(const std::stop_token& stop) {
  const int file = ::open(directory_.file("flushed").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  while (!stop.stop_requested()) {
    const TimePoint before = Clock::now();
    std::this_thread::sleep_for(between_looks);
    if (::pwrite(file, "x", 1, 0) == 1) ::fdatasync(file);
    const auto waited = since(before) - between_looks - usual;
    longest_ = std::max(longest_.load(), waited.count());
  }
  ::close(file);
}

}  // namespace bridge::test
