#pragma once

#include <cstddef>

#include "bridge/core/logger.h"
#include "bridge/core/message.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// One line for each message that arrives, which people watch for:
/// `Received message on topic: <topic> with payload: <payload>`.
class MessageLog {
 public:
  /// @param max_payload bytes of a payload that are shown; of a longer one the full size is named.
  MessageLog(Logger& logger, Counters& counters, std::size_t max_payload)
      : logger_(logger), counters_(counters), max_payload_(max_payload) {}

  void on_message(const Message& message);

 private:
  Logger& logger_;
  Counters& counters_;
  std::size_t max_payload_;
};

}  // namespace bridge
