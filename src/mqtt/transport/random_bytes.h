#pragma once

#include <span>

namespace bridge::mqtt {

/// Fills `bytes` from the kernel's random numbers, which an attacker cannot foretell (RFC 6455, 10.3); taken
/// from a small store of this thread's, so that a masking key costs no system call.
void fill_with_random(std::span<char> bytes);

}  // namespace bridge::mqtt
