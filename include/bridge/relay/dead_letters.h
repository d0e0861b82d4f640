#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/core/outbox.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/publisher.h"

namespace bridge {

/// Gives an operator access to the dead letters. Few requests at a time: each has the outbox's thread look
/// through many rows, while messages wait for the same thread. Safe from any thread.
class DeadLetters {
 public:
  static constexpr std::size_t most_at_once = 16;

  DeadLetters(Outbox& outbox, Publisher& publisher, Counters& counters)
      : outbox_(outbox), publisher_(publisher), counters_(counters) {}

  // As Outbox has them. All throw Error queue_full: then nothing was asked of it.
  void list(std::string after, std::size_t limit,
            std::function<void(std::optional<std::vector<DeadLetter>>)> done);
  void retry(std::string id, std::function<void(Outbox::DeadLetterEnd)> done);
  void remove(std::string id, std::function<void(Outbox::DeadLetterEnd)> done);

 private:
  void begin();

  Outbox& outbox_;
  Publisher& publisher_;
  Counters& counters_;
  std::atomic<std::size_t> open_ = 0;
};

}  // namespace bridge
