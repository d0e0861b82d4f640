#pragma once

#include "bridge/relay/subscriptions.h"
#include "exchange.h"

namespace bridge {

/// `GET /subscriptions`: what the bridge listens to, and how it stands with each filter.
void list_subscriptions(const Exchange& exchange, const Subscriptions& subscriptions);

/// `PUT /subscriptions/{filter}?qos=N`: answers after the SUBACK, with what the broker granted.
/// @throws Error invalid_topic_filter, invalid_qos or invalid_field.
void put_subscription(const Exchange& exchange, Subscriptions& subscriptions);

/// `DELETE /subscriptions/{filter}`: answers after the UNSUBACK.
/// @throws Error not_found.
void delete_subscription(const Exchange& exchange, Subscriptions& subscriptions);

}  // namespace bridge
