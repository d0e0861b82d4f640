#pragma once

#include <string_view>

namespace bridge {

/// @throws Error invalid_topic_name unless `name` may be published to: 1 to 65,535 bytes of well-formed
///   UTF-8 (MQTT 5.0, 1.5.4), no wildcard (4.7.1), no NUL, control character or non-character, and at most
///   200 levels, where mosquitto closes the connection that all callers share.
void check_topic_name(std::string_view name);

/// @throws Error invalid_topic_filter unless `filter` may be subscribed to: as above, with `+` and `#` where
///   MQTT 5.0, 4.7.1 has them, and `$share/<name>/<filter>` by 4.8.2.
void check_topic_filter(std::string_view filter);

/// @return true if a message published to `name` is for `filter` (MQTT 5.0, 4.7.1 to 4.7.3). A name that
///   begins with `$` is matched only by a filter that does (4.7.2). Both must be valid.
bool topic_matches(std::string_view filter, std::string_view name);

/// Topic Names that begin with `$` are the broker's own (MQTT 5.0, 4.7.2).
constexpr bool is_dollar_topic(std::string_view name) { return name.starts_with('$'); }

/// @return true if RabbitMQ delivers messages to `name` under another name: `.` as `/`, `*` as `+`.
constexpr bool is_renamed_by_rabbitmq(std::string_view name) {
  return name.find_first_of(".*") != std::string_view::npos;
}

/// @return true for a shared subscription (MQTT 5.0, 4.8.2).
constexpr bool is_shared_filter(std::string_view filter) { return filter.starts_with("$share/"); }

}  // namespace bridge
