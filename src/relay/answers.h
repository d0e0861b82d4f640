#pragma once

#include <vector>

#include "bridge/metrics/counters.h"
#include "bridge/relay/publish_result.h"
#include "delivery.h"

namespace bridge {

/// Holds the answers to callers until the relay is in no function that changes it: callers may submit again
/// from their `done`.
class Answers {
 public:
  explicit Answers(Counters& counters) : counters_(counters) {}

  /// A caller is answered once; later answers are dropped.
  void answer(Delivery& delivery, PublishResult result);
  void deliver();

 private:
  struct Answer {
    PublishDone done;
    PublishResult result;
  };

  Counters& counters_;
  std::vector<Answer> answers_;
  std::vector<Answer> delivering_;
};

}  // namespace bridge
