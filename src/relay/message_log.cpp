#include "bridge/relay/message_log.h"

#include "bridge/core/escape.h"

namespace bridge {

void MessageLog::on_message(const Message& message) {
  counters_.messages_received.add();
  if (!logger_.enabled(LogLevel::info)) return;
  logger_.info("Received message on topic: " + escape_line(message.topic_name) +
               " with payload: " + escape_line(message.payload, max_payload_));
}

}  // namespace bridge
