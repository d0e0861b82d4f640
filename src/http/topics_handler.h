#pragma once

#include "bridge/core/message.h"
#include "exchange.h"

namespace bridge {

/// The message of `POST`, `PUT` and `DELETE /topics/{topic}`: the topic from the path, the content as it is
/// for the payload, the rest from the query. PUT and DELETE are retained; DELETE has an empty payload, which
/// clears what is retained (MQTT 5.0, 3.3.1.3).
/// @throws Error invalid_field or invalid_qos; the detail names the parameter.
Message message_from_topic_request(Exchange& exchange);

}  // namespace bridge
