#pragma once

#include <string>

#include "delivery.h"

namespace bridge {

/// Why a message did not get on the last time, in words; empty if nothing happened to it.
std::string last_reason_of(const Delivery& delivery);

}  // namespace bridge
