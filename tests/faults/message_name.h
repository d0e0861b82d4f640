#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::test {

/// The number of a writer tells the kind of its messages.
namespace writer_numbers {
constexpr std::size_t large = 10;     // to 19: 300 KB each
constexpr std::size_t expiring = 20;  // to 29: each with a Message Expiry Interval
constexpr std::size_t poisoned = 30;  // to 39: the broker closes the connection at each
constexpr std::size_t tainted = 40;   // to 49: at some
constexpr std::size_t count = 50;
}  // namespace writer_numbers

/// The name of a message: the number of its writer, and its own among that writer's.
struct MessageName {
  std::size_t writer = 0;
  std::size_t number = 0;
  bool operator==(const MessageName&) const = default;
};

std::string topic_of(const MessageName& name);
/// The payload of a message: it contains the name, and can be made again to compare. Some 20 bytes to some
/// KB, or 300 KB.
std::string payload_of(const MessageName& name);
/// The Message Expiry Interval of that message.
std::optional<std::chrono::seconds> expiry_of(const MessageName& name);
/// @return true if the broker closes the connection at that message, or refuses its topic.
bool is_poisoned(const MessageName& name);
/// The name in a topic and a payload; nothing for messages of others.
/// @param damaged is set if the payload is not the one of that name.
std::optional<MessageName> name_of(std::string_view topic, std::string_view payload, bool& damaged);

}  // namespace bridge::test
