#pragma once

#include <mqtt/properties.h>

#include "bridge/core/message.h"

namespace bridge::mqtt {

/// The properties of a PUBLISH as the client library wants them. Strings are taken as they are: a string that
/// is not UTF-8 or longer than 65,535 bytes must have been refused before.
::mqtt::properties to_library(const MessageProperties& properties);

/// The properties of a received PUBLISH. Those that are not the sender's (Topic Alias, Subscription
/// Identifier) are left out.
MessageProperties from_library(const MQTTProperties& properties);

}  // namespace bridge::mqtt
