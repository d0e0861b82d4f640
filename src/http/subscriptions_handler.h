#pragma once

#include "bridge/relay/subscriptions.h"
#include "request_context.h"

namespace bridge {

/// `GET /subscriptions`: what the bridge listens to, and how it stands with each filter.
void list_subscriptions(const RequestContext& context, const Subscriptions& subscriptions);

/// `PUT /subscriptions/{filter}?qos=N`: answers after the SUBACK, with what the broker granted; 504 if there
/// is none within `ack_timeout`, or what `Prefer: wait=N` makes of it.
/// @throws Error invalid_topic_filter, invalid_qos or invalid_field.
void put_subscription(const RequestContext& context, Subscriptions& subscriptions,
                      std::chrono::seconds ack_timeout);

/// `DELETE /subscriptions/{filter}`: answers after the UNSUBACK, under the same deadline.
/// @throws Error not_found.
void delete_subscription(const RequestContext& context, Subscriptions& subscriptions,
                         std::chrono::seconds ack_timeout);

}  // namespace bridge
