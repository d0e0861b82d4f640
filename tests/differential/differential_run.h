#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "differential/plan.h"
#include "differential/publishing_client.h"
#include "support/mqtt_probe.h"

namespace bridge::test {

/// The results of a plan that one client carried out.
struct DifferentialRun {
  std::vector<ReceivedMessage> received;                       // by the recorder, in its order
  std::vector<ReceivedMessage> retained;                       // by a subscriber who came at the end
  std::vector<std::pair<std::size_t, std::size_t>> disturbed;  // see FaultDirector
  std::size_t faults = 0;                                      // that have happened
  std::size_t left_open = 0;                                   // messages whose end was never told
  int losses = 0;
  int failures = 0;
  int stalls = 0;            // the connection stood and nothing went on for seconds, until it was cut
  std::size_t given_up = 0;  // messages of clients that did not go on even then, and were replaced
  int replaced = 0;          // clients
};

using ClientMaker = std::function<std::unique_ptr<PublishingClient>(const ClientOptions&)>;

/// Publishes the plan through a broker, a proxy and a recorder of its own.
DifferentialRun run(const Plan& plan, const ClientMaker& make_client);

}  // namespace bridge::test
