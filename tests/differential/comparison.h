#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "differential/differential_run.h"
#include "differential/plan.h"

namespace bridge::test {

/// A difference between the messages that a subscriber got and the plan.
struct Difference {
  enum class Kind {
    missing,         // QoS 1 or 2, or QoS 0 while nothing disturbed it
    repeated,        // QoS 2 or QoS 0, more than once
    overtaken,       // came for the first time behind a later one of its topic and QoS (MQTT 5.0, 4.6)
    changed,         // payload, QoS, retain flag or properties
    foreign,         // it is not in the plan
    retained_wrong,  // the last retained message of a topic is not what the broker keeps
  };
  Kind kind = Kind::missing;
  std::size_t number =
      0;  // of the message, in the plan; of a foreign one: of the latest that had come before
  bool disturbed = false;  // it may have been under way at a fault
  std::string words;
};

/// All differences; none if the client did what MQTT promises.
std::vector<Difference> differences(const Plan& plan, const DifferentialRun& run);

/// A count for each kind, in words.
std::string summary_of(const std::vector<Difference>& differences);

}  // namespace bridge::test
