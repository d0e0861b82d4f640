#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>

namespace bridge::test {

/// CPU time that a process has used, all its threads.
std::chrono::microseconds cpu_time_of(pid_t process);

/// Memory that a process holds, in KiB, and the most it held since the last reset_peak_of().
std::size_t memory_of(pid_t process);
std::size_t peak_memory_of(pid_t process);
void reset_peak_of(pid_t process);

std::size_t descriptors_of(pid_t process);

/// Lets this process and those it starts from now on open `wanted` descriptors, or as many as it may.
/// @return how many that is.
std::size_t allow_descriptors(std::size_t wanted);

}  // namespace bridge::test
