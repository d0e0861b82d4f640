#pragma once

#include <string>
#include <string_view>

#include "../codec/packet.h"

namespace bridge::mqtt {

/// The meaning of a Reason Code above 127 (MQTT 5.0, 2.4), or of a Connect Return code of MQTT 3.1.1 (1 to 5;
/// MQTT 3.1.1, 3.2.2.3); empty if the specification has no such code.
std::string_view meaning_of_reason(int code);

/// A code for the log: "135 (not authorized)", and the Reason String, escaped and cut, since it is the
/// broker's text.
std::string reason_in_words(int code, std::string_view reason_string);

/// The setting of the Will that a refused CONNECT may be about, for a person to change; empty: none.
std::string_view will_key_of(int code, bool has_will);

}  // namespace bridge::mqtt
