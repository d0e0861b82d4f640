#pragma once

#include <cstddef>
#include <cstdint>

#include "relay_state.h"

namespace bridge {

class StoredMessages;
class Suspects;

/// Stored messages of QoS 0 that were written. The broker acknowledges none of them, but its answer to a
/// later PINGREQ says that it has read them.
class WrittenMessages {
 public:
  /// Keeps references.
  WrittenMessages(RelayState& state, StoredMessages& stored, Suspects& suspects)
      : state_(state), stored_(stored), suspects_(suspects) {}

  void add(Delivery& delivery);
  std::size_t size() const { return state_.sent.written.size() + state_.sent.confirming.size(); }
  /// Asks the broker whether it has read those that it was not yet asked about.
  void confirm();
  /// Ignores answers to questions that were asked on the lost connection.
  void on_disconnected() { ++connection_; }

 private:
  void confirmed();

  RelayState& state_;
  StoredMessages& stored_;
  Suspects& suspects_;
  std::uint64_t connection_ = 0;
};

}  // namespace bridge
