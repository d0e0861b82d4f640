#pragma once

#include <stdexcept>
#include <string>

namespace bridge {

/// The kinds of error, in no protocol's words. http/problem.cpp maps each to a status.
enum class Errc {
  malformed_request,     // the framing or the encoding of a request
  malformed_content,     // the body is not of the type that it claims
  invalid_field,         // a field of the body or the query; the detail names it
  invalid_qos,           // a QoS other than 0, 1, 2
  invalid_topic_name,    // MQTT 5.0, 4.7
  invalid_topic_filter,  // MQTT 5.0, 4.7.1
  reserved_topic,        // begins with `$` and is not allowed by the settings
  too_large,             // body, payload or packet
  foreign_host,          // the request was meant for another name: DNS rebinding
  foreign_origin,        // from a browser's page that is not allowed
  not_found,
  method_not_allowed,
  length_required,
  target_too_long,
  unsupported_encoding,
  expectation_failed,
  head_too_large,
  not_implemented,
  version_not_supported,
  request_timeout,  // the client took too long to send its request
  not_authorized,   // the broker refuses this topic to us
  broker_refused,   // any other refusal; the code is the broker's
  not_connected,    // nothing was sent
  queue_full,       // nothing was sent
  outbox_full,      // a limit of the outbox or of its disk; nothing was sent or stored
  storage_failed,   // the outbox's disk does not take it; nothing was sent or stored
  key_reused,       // an Idempotency-Key that came with another request before
  limit_reached,    // no more can be kept; nothing was changed
  shutting_down,    // nothing was sent
  unconfirmed,      // sent, and no acknowledgement in time: the outcome is unknown
  invalid_setting,  // a setting cannot be used; only at start
  internal,
};

/// The one error type. `what()` is a sentence for the caller: what to change, and which field. It must
/// not hold a secret, a path, or the payload.
class Error : public std::runtime_error {
 public:
  Error(Errc code, const std::string& detail) : std::runtime_error(detail), errc_(code) {}
  /// @param wire_code the Reason Code, or the negative client_code, that caused it.
  Error(Errc code, const std::string& detail, int wire_code)
      : std::runtime_error(detail), errc_(code), wire_code_(wire_code) {}

  Errc errc() const noexcept { return errc_; }
  /// The Reason Code of the broker, or a negative client_code; 0: there is none.
  int wire_code() const noexcept { return wire_code_; }

 private:
  Errc errc_;
  int wire_code_ = 0;
};

}  // namespace bridge
