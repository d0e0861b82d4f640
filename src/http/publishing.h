#pragma once

#include <chrono>

#include "bridge/relay/publisher.h"
#include "bridge/relay/repeated_requests.h"
#include "prefer.h"
#include "request_context.h"

namespace bridge {

/// The wishes of a publish request besides its messages. Read before the content is moved from: the token's
/// fingerprint is made of it.
struct PublishRequest {
  /// @param property_fields header fields that are part of the message.
  explicit PublishRequest(const RequestContext& context,
                          const std::vector<std::string>& property_fields = {});

  Preferences preferences;
  std::optional<IdempotencyToken> token;  // of its `Idempotency-Key`
};

/// The content of a success. OwnTracks takes only a JSON array for one, and resends for ever otherwise.
enum class SuccessContent { code, empty_array };

/// Submits messages for the handlers that publish: bounds the wait, recognises repeats, and turns outcomes
/// into responses.
class Publishing {
 public:
  /// @param ack_timeout the longest wait; `Prefer: wait=N` may shorten it.
  Publishing(Publisher& publisher, RepeatedRequests& repeats, std::chrono::seconds ack_timeout)
      : publisher_(publisher), repeats_(repeats), ack_timeout_(ack_timeout) {}

  /// Submits one message and answers with its outcome.
  /// @throws Error as RepeatedRequests::submit(): then nothing is answered.
  void publish(const RequestContext& context, const PublishRequest& request, Message message,
               SuccessContent content = SuccessContent::code) const;

  /// @throws Error as RepeatedRequests::check(): then nothing of the request may be carried out.
  void check(const PublishRequest& request, std::size_t items) const;
  /// @throws Error as RepeatedRequests::submit(): then `done` is not called.
  /// @param item the message's place in a request of `items`; the same in a repeat.
  void submit(const PublishRequest& request, std::size_t item, std::size_t items, Message message,
              PublishDone done) const;

 private:
  Publisher& publisher_;
  RepeatedRequests& repeats_;
  std::chrono::seconds ack_timeout_;
};

/// 200, or 202 where the message was stored.
int status_of(const PublishResult& success);
/// The JSON of a success, without its braces: `"code":0`, with the Reason Code of another success than 0, or
/// the id of a stored message.
std::string success_members(const PublishResult& success);

}  // namespace bridge
