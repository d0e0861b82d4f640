#pragma once

#include <string>

#include "bridge/core/reason_code.h"
#include "bridge/relay/publisher.h"

namespace bridge {

/// The ways in which a submitted message ends without being taken, each with its sentence for the caller.
inline PublishResult failure(Errc errc, const std::string& detail, int code = 0) {
  return {Error(errc, detail, code), 0, {}};
}

inline PublishResult unconfirmed() {
  return failure(Errc::unconfirmed, "the broker has not confirmed the message in time; it may still arrive");
}

inline PublishResult not_connected() {
  return failure(Errc::not_connected, "there is no connection to the broker; the message was not sent");
}

inline PublishResult too_slow() {
  return failure(Errc::queue_full, "the broker takes messages too slowly; the message was not sent");
}

inline PublishResult held_back() {
  return failure(Errc::queue_full,
                 "topic: is held back for some seconds, since the broker closes the connection at topics it "
                 "forbids, and has not accepted this one yet; the message was not sent");
}

inline PublishResult outbox_full() {
  return failure(Errc::outbox_full, "the outbox is full; the message was neither sent nor stored");
}

inline PublishResult storage_failed() {
  return failure(Errc::storage_failed,
                 "the outbox cannot be written to now; the message was neither sent nor stored");
}

inline PublishResult shutting_down() {
  return failure(Errc::shutting_down, "the bridge is shutting down; the message was not sent");
}

inline PublishResult refusal(int code) {
  if (code == reason_code::not_authorized)
    return failure(Errc::not_authorized, "topic: the broker does not let the bridge publish to it", code);
  return failure(Errc::broker_refused, "the broker refused the message", code);
}

}  // namespace bridge
