#pragma once

#include "bridge/core/message.h"
#include "bridge/core/settings.h"
#include "publishing.h"
#include "request_context.h"

namespace bridge {

/// A request for `POST`, `PUT` or `DELETE /topics/{topic}`, as read from its path, query and content.
struct TopicRequest {
  Message message;
  SuccessContent success = SuccessContent::code;  // `respond=empty`
};

/// The topic from the path, the content as it is for the payload, the rest from the query, and from the
/// header fields that `user_property_fields` names. PUT and DELETE are retained; DELETE has an empty payload,
/// which clears what is retained (MQTT 5.0, 3.3.1.3), and its content means nothing: Node-RED always sends
/// one. Chunked and empty content of PUT and POST is refused.
/// @throws Error invalid_field or invalid_qos; the detail names the parameter.
TopicRequest read_topic_request(RequestContext& context, const HttpSettings& settings);

/// `error` with the properties named as a query names them: `responseTopic`, not `response_topic`.
Error as_query_names(const Error& error);

/// Submits the message of `context` and answers with its outcome.
void publish_to_topic(RequestContext& context, const Publishing& publishing, const HttpSettings& settings);

}  // namespace bridge
