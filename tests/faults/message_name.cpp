#include "message_name.h"

#include <charconv>

namespace bridge::test {
namespace {

constexpr std::string_view topic_prefix = "faults/";

std::optional<std::size_t> number_at_start(std::string_view& text) {
  std::size_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
  return number;
}

}  // namespace

std::string topic_of(const MessageName& name) {
  return std::string(topic_prefix) + std::to_string(name.writer);
}

std::string payload_of(const MessageName& name) {
  const std::size_t fill =
      name.number % 61 == 60 ? 4000 + name.number % 1000 : (name.number * 37 + name.writer * 11) % 120;
  std::string payload = std::to_string(name.number) + ' ';
  payload.append(fill, static_cast<char>('a' + (name.number + name.writer) % 26));
  return payload;
}

std::optional<MessageName> name_of(std::string_view topic, std::string_view payload, bool& damaged) {
  if (!topic.starts_with(topic_prefix)) return std::nullopt;
  topic.remove_prefix(topic_prefix.size());
  const auto writer = number_at_start(topic);
  std::string_view rest = payload;
  const auto number = number_at_start(rest);
  if (!writer || !number) {
    damaged = true;
    return std::nullopt;
  }
  const MessageName name{*writer, *number};
  damaged = payload != payload_of(name);
  return name;
}

}  // namespace bridge::test
