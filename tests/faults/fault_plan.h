#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/fault_proxy.h"

namespace bridge::test {

/// What befalls the bridge, its broker, or what is between them. One at a time.
struct Blow {
  enum class Kind {
    link,            // `link` on the way to the broker
    broker_killed,   // and started again with nothing in it
    broker_frozen,   // SIGSTOP, SIGCONT
    bridge_killed,   // kill -9, started again on the same state
    bridge_stopped,  // SIGTERM, started again on the same state
    power_lost,      // kill -9, and what was not flushed is gone from the disk
  };

  Kind kind = Kind::link;
  std::chrono::milliseconds before{};  // calm
  std::chrono::milliseconds length{};
  LinkFault link = {};
  double share = 1;  // of what was not flushed
};

/// What befalls the disk, at the same time.
struct DiskBlow {
  enum class Kind { sync_fails, write_fails, no_space, all_fails };

  Kind kind = Kind::sync_fails;
  std::chrono::milliseconds before{};
  std::chrono::milliseconds length{};
};

/// All that a run leaves to chance.
struct FaultPlan {
  std::uint64_t seed = 0;
  std::size_t window = 1000;            // publish.window
  std::size_t most_messages = 1000000;  // outbox.max_messages
  std::vector<Blow> blows = {};
  std::vector<DiskBlow> disk_blows = {};
  bool killed_at_the_end = false;  // once all is healed and before the outbox is drained

  bool loses_power() const;
  bool kills_broker() const;
};

/// The same plan for the same seed.
FaultPlan plan_of(std::uint64_t seed);
/// The same, with blows of this kind only.
FaultPlan plan_of(std::uint64_t seed, Blow::Kind kind);

std::string text_of(const Blow& blow);
std::string text_of(const DiskBlow& blow);
/// In one line.
std::string text_of(const FaultPlan& plan);

}  // namespace bridge::test
