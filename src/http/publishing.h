#pragma once

#include <chrono>

#include "bridge/relay/publisher.h"
#include "exchange.h"

namespace bridge {

/// What the handlers that publish share: how long a request waits, and what its outcome is as an answer.
class Publishing {
 public:
  /// @param ack_timeout the longest wait; `Prefer: wait=N` may shorten it.
  Publishing(Publisher& publisher, std::chrono::seconds ack_timeout)
      : publisher_(publisher), ack_timeout_(ack_timeout) {}

  /// Submits one message and answers with its outcome. @throws Error as Publisher::submit() does.
  void publish(const Exchange& exchange, Message message) const;

  /// QoS 0 has no acknowledgement that one could wait a shorter time for.
  TimePoint deadline_for(const RequestHead& head, QoS qos) const;
  Publisher& publisher() const { return publisher_; }

 private:
  Publisher& publisher_;
  std::chrono::seconds ack_timeout_;
};

/// The JSON of a success: `{"code":0}`, with the Reason Code of another success than 0.
std::string success_json(int reason_code);

}  // namespace bridge
