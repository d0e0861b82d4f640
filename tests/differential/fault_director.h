#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "differential/kept_broker.h"
#include "differential/plan.h"
#include "differential/publishing_client.h"
#include "differential/recorder.h"

namespace bridge::test {

/// Lets the faults of a plan happen, one at a time, and knows which messages may have been under way
/// meanwhile.
class FaultDirector {
 public:
  /// Keeps references to all of them.
  FaultDirector(const Plan& plan, KeptBroker& broker, FaultProxy& proxy,
                const std::unique_ptr<PublishingClient>& client, const Recorder& recorder)
      : plan_(plan), broker_(broker), proxy_(proxy), client_(client), recorder_(recorder) {}

  /// Begins the faults that are planned before the message `next`, and ends those that have had their
  /// effect.
  void look(std::size_t next);
  /// A new client has taken the place of one that did not go on.
  void replaced(std::size_t next);
  /// Ends the faults that have begun, and begins no more.
  void make_an_end(std::size_t next);
  /// The numbers [first, second) of messages of which QoS 0 may have been lost.
  const std::vector<std::pair<std::size_t, std::size_t>>& disturbed() const { return disturbed_; }

 private:
  void begin(const PlannedFault& fault, std::size_t next);
  bool has_had_its_effect() const;
  void heal(std::size_t next);

  const Plan& plan_;
  KeptBroker& broker_;
  FaultProxy& proxy_;
  const std::unique_ptr<PublishingClient>& client_;  // another may take its place
  const Recorder& recorder_;
  std::size_t next_fault_ = 0;
  const PlannedFault* current_ = nullptr;
  TimePoint begun_at_{};
  int losses_before_ = 0;
  std::vector<std::pair<std::size_t, std::size_t>> disturbed_;
};

}  // namespace bridge::test
