#pragma once

#include <string>

#include "bridge/core/reason_code.h"
#include "bridge/relay/publish_result.h"
#include "topic_permissions.h"

namespace bridge {

/// The ways in which a submitted message ends without being taken, each with its sentence for the caller.
inline PublishResult failure(Errc errc, const std::string& detail, int code = 0) {
  return {Error(errc, detail, code), 0, {}};
}

inline PublishResult unconfirmed() {
  return failure(Errc::unconfirmed, "the broker has not confirmed the message; it may still arrive");
}

inline PublishResult not_connected() {
  return failure(Errc::not_connected, "there is no connection to the broker; the message was not sent");
}

inline PublishResult too_slow() {
  return failure(Errc::queue_full, "the broker takes messages too slowly; the message was not sent");
}

inline PublishResult held_back() {
  return failure(
      Errc::queue_full,
      "topic: new topics are rate-limited because the broker disconnects on forbidden ones; not sent, "
      "retry in a few seconds");
}

inline PublishResult queue_full() {
  return failure(Errc::queue_full, "too many messages wait for the broker; the message was not sent");
}

inline PublishResult expired() {
  return failure(Errc::queue_full, "the message expired before it could be sent");
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

/// For a message at which the broker closes the connection.
inline PublishResult closes_connection(int code) {
  if (code == reason_code::not_authorized) return refusal(code);
  return failure(Errc::broker_refused, "the broker closes the connection at this message", code);
}

/// For a message beyond the limits of the broker's CONNACK.
inline PublishResult limit_refusal(int code) {
  if (code == reason_code::qos_not_supported)
    return failure(Errc::broker_refused, "qos: the broker does not support this QoS", code);
  if (code == reason_code::retain_not_supported)
    return failure(Errc::broker_refused, "retain: the broker does not keep retained messages", code);
  return failure(Errc::too_large, "the message is larger than the broker accepts", code);
}

/// For a message that may not be sent.
inline PublishResult result_of(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::beyond_limits) return limit_refusal(verdict.reason_code);
  return verdict.kind == Verdict::Kind::wait ? held_back() : refusal(verdict.reason_code);
}

}  // namespace bridge
