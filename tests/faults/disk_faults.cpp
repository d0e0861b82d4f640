#include "disk_faults.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "support/timing.h"
#include "undo_log.h"

namespace bridge::test {

DiskFaults::DiskFaults() {
  directory_.write("control", std::string(sizeof(FaultyDiskControl), '\0'));
  const int descriptor = ::open(control_file().c_str(), O_RDWR | O_CLOEXEC);
  void* memory =
      ::mmap(nullptr, sizeof(FaultyDiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  control_ = static_cast<FaultyDiskControl*>(memory);
  heal();
}

DiskFaults::~DiskFaults() { ::munmap(control_, sizeof(FaultyDiskControl)); }

std::map<std::string, std::string> DiskFaults::environment(const std::string& directory) const {
  std::map<std::string, std::string> variables = {{"LD_PRELOAD", FAULTY_DISK_LIBRARY},
                                                  {faulty_disk_control_variable, control_file()},
                                                  {faulty_disk_directory_variable, directory}};
  if (!sanitized) return variables;
  const char* options = std::getenv("ASAN_OPTIONS");
  // ASan wants its own library to be loaded first
  variables["ASAN_OPTIONS"] = std::string(options == nullptr ? "" : options) + ":verify_asan_link_order=0";
  return variables;
}

void DiskFaults::fail(std::uint32_t calls, int error) {
  control_->error = error;
  control_->failing = calls;
}

void DiskFaults::leave_room_for(std::int64_t bytes) { control_->room = bytes; }

void DiskFaults::heal() {
  control_->failing = 0;
  control_->room = -1;
}

std::size_t DiskFaults::lose_power(const std::string& directory, double share) {
  const std::string file = control_file() + ".undo";
  const std::vector<Undo> unflushed = unflushed_of(read_undo_log(file));
  const auto count = static_cast<std::size_t>(std::ceil(static_cast<double>(unflushed.size()) * share));
  for (std::size_t i = 0; i < count; ++i) take_back(unflushed[unflushed.size() - 1 - i], directory);
  std::filesystem::resize_file(file, 0);
  return count;
}

}  // namespace bridge::test
