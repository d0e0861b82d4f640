#pragma once

#include <vector>

#include "fault_plan.h"
#include "writer.h"

namespace bridge::test {

/// The writers in a run of that plan.
std::vector<WriterOptions> writers_of(const FaultPlan& plan);
/// The QoS of each writer, by number.
std::vector<int> qos_of(const std::vector<WriterOptions>& writers);
/// The ACL by which mosquitto refuses the poisoned messages of `plan`.
std::string acl_of(const FaultPlan& plan);

}  // namespace bridge::test
