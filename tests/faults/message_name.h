#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::test {

/// Which message: the writer's number, and the message's among those of its writer.
struct MessageName {
  std::size_t writer = 0;
  std::size_t number = 0;
  bool operator==(const MessageName&) const = default;
};

std::string topic_of(const MessageName& name);
/// A payload that tells the name, and is known by heart: of some 20 bytes to some KB.
std::string payload_of(const MessageName& name);
/// The name in a topic and a payload; nothing for messages of others.
/// @param damaged is set if the payload is not the one of that name.
std::optional<MessageName> name_of(std::string_view topic, std::string_view payload, bool& damaged);

}  // namespace bridge::test
