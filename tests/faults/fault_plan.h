#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/fault_proxy.h"

namespace bridge::test {

/// A blow to the bridge, to its broker, or to the network between them. One at a time.
struct Blow {
  enum class Kind {
    link,            // `link` on the way to the broker
    broker_killed,   // and started again with nothing in it
    broker_frozen,   // SIGSTOP, SIGCONT
    bridge_killed,   // kill -9, started again on the same state
    bridge_stopped,  // SIGTERM, started again on the same state
    power_lost,      // kill -9, and unflushed writes are gone from the disk
  };

  Kind kind = Kind::link;
  std::chrono::milliseconds before{};  // calm
  std::chrono::milliseconds length{};
  LinkFault link = {};
  double share = 1;  // of the unflushed writes that are lost

  bool is_calm() const { return kind == Kind::link && link.kind == LinkFault::Kind::pass; }
};

/// A blow to the disk, at the same time.
struct DiskBlow {
  enum class Kind { sync_fails, write_fails, no_space, all_fails };

  Kind kind = Kind::sync_fails;
  std::chrono::milliseconds before{};
  std::chrono::milliseconds length{};
};

/// The broker's reaction to a poisoned message.
enum class Poison {
  none,    // there are none
  closes,  // closes the connection without a word, and does not take it
  forbids  // mosquitto with an ACL: MQTT 5 is told so, 3.1.1 is acknowledged; to 2.0 the connection is closed
};

/// All random choices of a run.
struct FaultPlan {
  std::uint64_t seed = 0;
  std::size_t window = 1000;            // publish.window
  std::size_t most_messages = 1000000;  // outbox.max_messages
  std::vector<Blow> blows = {};
  std::vector<DiskBlow> disk_blows = {};
  bool killed_at_the_end = false;  // once all is healed and before the outbox is drained
  int version = 5;                 // mqtt.version
  bool large = false;              // messages of 300 KB too, and a link of 5 MB/s
  bool expiring = false;  // messages that expire too, an outage longer than some last, and calm after it
  Poison poison = Poison::none;  // poisoned messages too

  bool loses_power() const;
  bool kills_broker() const;
  /// The longest time that bytes of the bridge may stand in the network.
  std::chrono::milliseconds longest_stall() const;
};

/// The plan of a seed: the same one each time.
FaultPlan plan_of(std::uint64_t seed);
/// The plan of a seed, with blows of this kind only.
FaultPlan plan_of(std::uint64_t seed, Blow::Kind kind);

std::string text_of(const Blow& blow);
std::string text_of(const DiskBlow& blow);
/// The plan in one line.
std::string text_of(const FaultPlan& plan);

}  // namespace bridge::test
