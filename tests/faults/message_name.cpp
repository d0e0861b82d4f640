#include "message_name.h"

#include <array>
#include <charconv>

namespace bridge::test {
namespace {

constexpr std::string_view topic_prefix = "faults/";

constexpr std::size_t numbers_of_a_kind = 10;
constexpr std::size_t taint_in = 25;  // one message of so many is tainted

/// @param first the first writer's number of that kind.
bool is_of(const MessageName& name, std::size_t first) {
  return name.writer >= first && name.writer < first + numbers_of_a_kind;
}

std::optional<std::size_t> number_at_start(std::string_view& text) {
  std::size_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
  return number;
}

std::size_t fill_of(const MessageName& name) {
  if (is_of(name, writer_numbers::large)) return 300000 + name.number % 1000;
  if (name.number % 61 == 60) return 4000 + name.number % 1000;
  return (name.number * 37 + name.writer * 11) % 120;
}

}  // namespace

std::string topic_of(const MessageName& name) {
  return std::string(topic_prefix) + std::to_string(name.writer);
}

std::string payload_of(const MessageName& name) {
  const std::size_t fill = fill_of(name);
  std::string payload = std::to_string(name.number) + ' ';
  payload.append(fill, static_cast<char>('a' + (name.number + name.writer) % 26));
  return payload;
}

std::optional<std::chrono::seconds> expiry_of(const MessageName& name) {
  if (!is_of(name, writer_numbers::expiring)) return std::nullopt;
  constexpr std::array intervals = {1, 2, 60, 3600};
  return std::chrono::seconds(intervals.at(name.number % intervals.size()));
}

bool is_poisoned(const MessageName& name) {
  if (is_of(name, writer_numbers::tainted)) return name.number % taint_in == taint_in / 2;
  return is_of(name, writer_numbers::poisoned);
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
