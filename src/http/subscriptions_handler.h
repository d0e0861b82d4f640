#pragma once

#include "bridge/relay/subscriptions.h"
#include "request_context.h"

namespace bridge {

/// `GET /subscriptions`: the filters that the bridge listens to, each with its state.
void list_subscriptions(const RequestContext& context, const Subscriptions& subscriptions);

/// `PUT /subscriptions/{filter}?qos=N`: answers after the SUBACK, with the QoS that the broker granted; 504
/// if none comes within `ack_timeout`, or the N seconds of `Prefer: wait=N` if that is shorter.
/// @throws Error invalid_topic_filter, invalid_qos or invalid_field.
void put_subscription(const RequestContext& context, Subscriptions& subscriptions,
                      std::chrono::seconds ack_timeout);

/// `DELETE /subscriptions/{filter}`: answers after the UNSUBACK, under the same deadline.
/// @throws Error not_found.
void delete_subscription(const RequestContext& context, Subscriptions& subscriptions,
                         std::chrono::seconds ack_timeout);

}  // namespace bridge
