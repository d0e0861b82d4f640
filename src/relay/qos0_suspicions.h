#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>

#include "bridge/core/clock.h"

namespace bridge {

/// Remembers the Topic Names of the last QoS 0 messages before a loss: any of them may have cost the
/// connection. A broker that closes it at a forbidden topic gives no reason at QoS 0, so the next message to
/// each of them is sent with QoS 1, once, and the broker accepts or refuses it. Messages of QoS 1 and 2 have
/// Suspects. Bounded. Not safe from several threads.
class Qos0Suspicions {
 public:
  static constexpr std::size_t capacity = 64;
  static constexpr std::chrono::seconds before_a_loss{1};
  static constexpr std::chrono::seconds memory{10};

  /// A QoS 0 message is being sent.
  void sending(const std::string& topic_name, TimePoint now);
  /// The connection was lost, and nobody knows why.
  void lost(TimePoint now);
  /// @return true if the topic is under suspicion; it is not any more afterwards.
  bool take(const std::string& topic_name, TimePoint now);

 private:
  struct Sent {
    std::string topic_name;
    TimePoint at;
  };
  std::array<Sent, capacity> sent_;  // a ring
  std::size_t next_ = 0;
  std::map<std::string, TimePoint> suspicions_;  // at most one for each of the ring
};

}  // namespace bridge
