#include "differential/plan.h"

#include <random>
#include <string>

namespace bridge::test {
namespace {

constexpr std::size_t largest = 102'400;
constexpr std::size_t messages_between_faults = 70;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  /// From `low` to `high`, both included.
  std::size_t between(std::size_t low, std::size_t high) {
    return low + static_cast<std::size_t>(engine_() % (high - low + 1));
  }
  bool percent(std::size_t chance) { return between(1, 100) <= chance; }
  char byte() { return static_cast<char>(engine_() & 0xFFU); }

 private:
  std::mt19937_64 engine_;
};

/// Mostly small, some large.
std::size_t payload_size(Dice& dice) {
  const std::size_t kind = dice.between(1, 100);
  if (kind <= 4) return dice.between(0, 7);
  if (kind <= 40) return dice.between(8, 200);
  if (kind <= 80) return dice.between(200, 4'000);
  if (kind <= 97) return dice.between(4'000, 20'000);
  return dice.between(20'000, largest);
}

std::string payload_of(std::size_t number, std::size_t size, Dice& dice) {
  std::string payload(size, '\0');
  for (char& byte : payload) byte = dice.byte();
  if (size < 8) return payload;
  for (std::size_t i = 0; i < 8; ++i) payload[i] = static_cast<char>((number >> (8 * (7 - i))) & 0xFFU);
  return payload;
}

MessageProperties properties_of(Dice& dice) {
  MessageProperties properties;
  if (dice.percent(50)) return properties;
  if (dice.percent(30)) properties.payload_format_indicator = static_cast<std::uint8_t>(0);
  if (dice.percent(30))
    properties.message_expiry_interval = std::chrono::seconds(dice.between(100'000, 2'000'000));
  if (dice.percent(30))
    properties.content_type = "application/x-\xC3\xA4; n=" + std::to_string(dice.between(0, 9));
  if (dice.percent(30)) properties.response_topic = "answers/" + std::to_string(dice.between(0, 9));
  if (dice.percent(30)) properties.correlation_data = std::string(dice.between(0, 40), dice.byte());
  for (std::size_t i = dice.between(0, 5); i > 0; --i)
    properties.user_properties.push_back(
        {"name" + std::to_string(dice.between(0, 2)), std::string(dice.between(0, 300), 'v')});
  return properties;
}

Message message_of(std::size_t number, int version, Dice& dice) {
  static const std::string topics[] = {
      "a", "a/b", "a//c", "with space/and \xE2\x82\xAC", "/", "long/" + std::string(900, 't')};
  Message message;
  message.qos = static_cast<QoS>(dice.between(0, 2));
  const std::size_t size = payload_size(dice);
  message.payload = payload_of(number, size, dice);
  if (size < 8) {
    message.topic_name = "alone/" + std::to_string(number);
  } else if (dice.percent(15)) {
    message.retain = true;
    message.qos = dice.percent(50) ? QoS::at_least_once : QoS::exactly_once;
    message.topic_name =
        "kept/" + std::to_string(static_cast<int>(message.qos)) + "/" + std::to_string(dice.between(0, 4));
  } else {
    message.topic_name = topics[dice.between(0, std::size(topics) - 1)];
  }
  if (version == 5) message.properties = properties_of(dice);
  return message;
}

PlannedFault fault_of(std::size_t before, Dice& dice) {
  PlannedFault fault;
  fault.before = before;
  const std::size_t kind = dice.between(1, 100);
  if (kind <= 15) {
    fault.kind = PlannedFault::Kind::restart;
  } else if (kind <= 30) {
    fault.kind = PlannedFault::Kind::freeze;
    fault.frozen = std::chrono::milliseconds(dice.between(100, 1'500));
  } else {
    const bool forward = dice.percent(60);
    fault.link.kind = LinkFault::Kind::cut;
    fault.link.direction = forward ? LinkFault::Direction::to_broker : LinkFault::Direction::from_broker;
    fault.link.amount = dice.between(0, forward ? 60'000 : 150);
  }
  return fault;
}

}  // namespace

Plan plan_of(std::uint64_t seed, std::size_t messages, int version) {
  Dice dice(seed);
  Plan plan{.seed = seed, .version = version, .messages = {}, .faults = {}};
  for (std::size_t number = 0; number < messages; ++number)
    plan.messages.push_back(message_of(number, version, dice));
  for (std::size_t before = messages_between_faults; before < messages;
       before += dice.between(1, 2 * messages_between_faults))
    plan.faults.push_back(fault_of(before, dice));
  return plan;
}

}  // namespace bridge::test
