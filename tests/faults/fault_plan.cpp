#include "fault_plan.h"

#include <algorithm>
#include <array>
#include <random>

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

/// Random numbers that are the same wherever this is built: the standard library's distributions need not
/// be.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed * 2654435761U + 97) {}

  std::size_t from(std::size_t low, std::size_t high) { return low + engine_() % (high - low + 1); }
  milliseconds time(std::size_t low, std::size_t high) {
    return milliseconds(static_cast<milliseconds::rep>(from(low, high)));
  }
  template <typename Value, std::size_t size>
  Value one_of(const std::array<Value, size>& values) {
    return values.at(from(0, size - 1));
  }

 private:
  std::mt19937_64 engine_;
};

LinkFault link_fault(Chance& chance) {
  using Kind = LinkFault::Kind;
  using Direction = LinkFault::Direction;
  LinkFault fault;
  fault.kind = chance.one_of(std::array{Kind::black_hole, Kind::reset, Kind::stop_reading, Kind::delay,
                                        Kind::throttle, Kind::cut, Kind::cut});
  fault.direction = chance.one_of(std::array{Direction::both, Direction::to_broker, Direction::from_broker});
  if (fault.kind == Kind::delay) fault.amount = chance.from(5, 400);
  if (fault.kind == Kind::throttle) fault.amount = chance.from(2000, 200000);
  if (fault.kind == Kind::cut) fault.amount = chance.from(1, 60000);
  return fault;
}

Blow blow_of(Blow::Kind kind, Chance& chance) {
  Blow blow{.kind = kind, .before = chance.time(80, 500), .length = chance.time(50, 700)};
  if (kind == Blow::Kind::link) blow.link = link_fault(chance);
  if (kind == Blow::Kind::bridge_killed || kind == Blow::Kind::power_lost) blow.length = chance.time(0, 60);
  if (kind == Blow::Kind::power_lost) blow.share = static_cast<double>(chance.from(0, 4)) / 4;
  return blow;
}

DiskBlow disk_blow(Chance& chance) {
  using Kind = DiskBlow::Kind;
  return {
      .kind = chance.one_of(std::array{Kind::sync_fails, Kind::write_fails, Kind::no_space, Kind::all_fails}),
      .before = chance.time(50, 700),
      .length = chance.time(20, 500)};
}

/// The connection ends once while messages of 300 KB are on their way. Not repeatedly: a network that cuts
/// each connection at the same large message looks like a broker that does not take it.
Blow loss_of_large(Chance& chance) {
  using Kind = LinkFault::Kind;
  Blow blow{.kind = Blow::Kind::link, .before = chance.time(600, 1200), .length = chance.time(50, 400)};
  blow.link.kind = chance.one_of(std::array{Kind::drop, Kind::drop, Kind::black_hole});
  return blow;
}

/// Some messages expire meanwhile; bytes written before it are no longer on their way when it ends.
Blow long_outage(Chance& chance) {
  Blow blow{.kind = Blow::Kind::link, .before = chance.time(80, 500), .length = chance.time(2500, 3500)};
  blow.link.kind = LinkFault::Kind::reset;
  return blow;
}

void add_large(FaultPlan& plan, Chance& chance) {
  constexpr std::size_t losses = 3;
  plan.large = true;
  plan.window = 20;
  plan.most_messages = 1000000;
  plan.blows.resize(1);
  for (std::size_t i = 0; i < losses; ++i) plan.blows.push_back(loss_of_large(chance));
}

void add_expiring(FaultPlan& plan, Chance& chance) {
  plan.expiring = true;
  plan.window = std::max<std::size_t>(plan.window, 100);  // with 20 the writers would keep the outbox filled
  plan.blows.push_back(long_outage(chance));
}

/// Adds extras to six of ten plans.
void add_extras(FaultPlan& plan, Chance& chance) {
  const std::size_t extras = chance.from(0, 9);
  if (extras == 0 || extras == 1 || extras == 5) add_large(plan, chance);
  if (extras == 2 || extras == 3) add_expiring(plan, chance);
  if (extras == 4 || extras == 5) plan.poison = Poison::closes;
  if (extras == 3 || extras == 6) plan.poison = Poison::forbids;
}

FaultPlan plan_with(std::uint64_t seed, const std::vector<Blow::Kind>& kinds) {
  Chance chance(seed);
  FaultPlan plan{.seed = seed};
  plan.window = chance.one_of(std::array<std::size_t, 4>{20, 100, 1000, 1000});
  plan.most_messages = chance.one_of(std::array<std::size_t, 4>{500, 5000, 1000000, 1000000});
  const std::size_t blows = chance.from(3, 5);
  for (std::size_t i = 0; i < blows; ++i)
    plan.blows.push_back(blow_of(kinds[chance.from(0, kinds.size() - 1)], chance));
  const std::size_t disk_blows = chance.from(0, 3);
  for (std::size_t i = 0; i < disk_blows; ++i) plan.disk_blows.push_back(disk_blow(chance));
  plan.killed_at_the_end = chance.from(0, 2) == 0;
  plan.version = chance.from(0, 3) == 0 ? 3 : 5;
  add_extras(plan, chance);
  return plan;
}

std::string name_of(LinkFault::Kind kind) {
  using Kind = LinkFault::Kind;
  switch (kind) {
    case Kind::pass:
      return "pass";
    case Kind::black_hole:
      return "black hole";
    case Kind::reset:
      return "reset";
    case Kind::drop:
      return "drop";
    case Kind::stop_reading:
      return "stop reading";
    case Kind::delay:
      return "delay";
    case Kind::throttle:
      return "throttle";
    case Kind::cut:
      break;
  }
  return "cut";
}

std::string text_of(const LinkFault& fault) {
  std::string text = name_of(fault.kind);
  if (fault.amount != 0) text += " " + std::to_string(fault.amount);
  if (fault.direction == LinkFault::Direction::to_broker) text += " to the broker";
  if (fault.direction == LinkFault::Direction::from_broker) text += " from the broker";
  return text;
}

std::string name_of(const Blow& blow) {
  using Kind = Blow::Kind;
  switch (blow.kind) {
    case Kind::link:
      return text_of(blow.link);
    case Kind::broker_killed:
      return "broker killed";
    case Kind::broker_frozen:
      return "broker frozen";
    case Kind::bridge_killed:
      return "bridge killed";
    case Kind::bridge_stopped:
      return "bridge stopped";
    case Kind::power_lost:
      break;
  }
  return "power lost with " + std::to_string(static_cast<int>(blow.share * 100)) +
         " % of what was not flushed";
}

std::string name_of(DiskBlow::Kind kind) {
  using Kind = DiskBlow::Kind;
  switch (kind) {
    case Kind::sync_fails:
      return "flushes fail";
    case Kind::write_fails:
      return "writes fail";
    case Kind::no_space:
      return "no space";
    case Kind::all_fails:
      break;
  }
  return "the disk fails";
}

std::string times(milliseconds before, milliseconds length) {
  return "after " + std::to_string(before.count()) + " ms for " + std::to_string(length.count());
}

}  // namespace

bool FaultPlan::loses_power() const {
  return std::any_of(blows.begin(), blows.end(),
                     [](const Blow& blow) { return blow.kind == Blow::Kind::power_lost; });
}

bool FaultPlan::kills_broker() const {
  return std::any_of(blows.begin(), blows.end(),
                     [](const Blow& blow) { return blow.kind == Blow::Kind::broker_killed; });
}

milliseconds FaultPlan::longest_stall() const {
  using Kind = LinkFault::Kind;
  milliseconds longest{0};
  for (const Blow& blow : blows) {
    const LinkFault& link = blow.link;
    const bool stalls = blow.kind == Blow::Kind::broker_frozen || link.kind == Kind::stop_reading ||
                        link.kind == Kind::throttle;
    if (stalls) longest = std::max(longest, blow.length);
    if (link.kind == Kind::delay) longest = std::max(longest, blow.length + milliseconds(link.amount));
  }
  constexpr milliseconds window_of_large{20 * 300000 / 5000};
  return large ? longest + window_of_large : longest;
}

FaultPlan plan_of(std::uint64_t seed) {
  using Kind = Blow::Kind;
  return plan_with(seed, {Kind::link, Kind::link, Kind::link, Kind::broker_killed, Kind::broker_killed,
                          Kind::broker_frozen, Kind::bridge_killed, Kind::bridge_killed, Kind::bridge_stopped,
                          Kind::power_lost});
}

FaultPlan plan_of(std::uint64_t seed, Blow::Kind kind) { return plan_with(seed, {kind}); }

std::string text_of(const Blow& blow) { return times(blow.before, blow.length) + " " + name_of(blow); }

std::string text_of(const DiskBlow& blow) {
  return times(blow.before, blow.length) + " " + name_of(blow.kind);
}

std::string text_of(const FaultPlan& plan) {
  std::string text = "seed " + std::to_string(plan.seed) + ": window " + std::to_string(plan.window) +
                     ", outbox " + std::to_string(plan.most_messages);
  for (const Blow& blow : plan.blows) text += "; " + text_of(blow);
  for (const DiskBlow& blow : plan.disk_blows) text += "; meanwhile " + text_of(blow);
  if (plan.killed_at_the_end) text += "; bridge killed at the end";
  if (plan.version != 5) text += "; MQTT 3.1.1";
  if (plan.large) text += "; large messages";
  if (plan.expiring) text += "; messages expire";
  if (plan.poison == Poison::closes) text += "; broker closes at poisoned messages";
  if (plan.poison == Poison::forbids) text += "; broker forbids the topics of poisoned messages";
  return text;
}

}  // namespace bridge::test
