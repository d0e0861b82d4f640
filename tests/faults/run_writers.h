#pragma once

#include <vector>

#include "fault_plan.h"
#include "writer.h"

namespace bridge::test {

/// Who writes in a run of that plan.
std::vector<WriterOptions> writers_of(const FaultPlan& plan);
/// QoS by the writers' numbers.
std::vector<int> qos_of(const std::vector<WriterOptions>& writers);
/// What mosquitto must be told to refuse the poisoned messages of that plan.
std::string acl_of(const FaultPlan& plan);

}  // namespace bridge::test
