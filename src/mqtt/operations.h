#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "bridge/core/session.h"

namespace bridge::mqtt {

class PahoClient;

/// Something asked of the client library that it will report on.
struct Operation {
  enum class Kind : std::uint8_t { connect, disconnect, publish, own_publish, subscribe, unsubscribe };

  PahoClient* client = nullptr;
  Kind kind = Kind::publish;
  QoS qos = QoS::at_most_once;
  std::uint64_t id = 0;  // publish: its PublishId; connect: the number of the attempt
  SubscribeDone done;    // subscribe, unsubscribe
};

/// What is under way, by the number that the library hands back to its callbacks. Each operation can be taken
/// out once, by whoever learns first how it ended; a number that is not known any more means nothing, so a
/// late report does no harm. Safe from any thread; calls nobody while it is locked.
class Operations {
 public:
  using Number = std::uintptr_t;

  Number add(Operation operation);
  std::optional<Operation> take(Number number);
  std::vector<Operation> take_if(const std::function<bool(const Operation&)>& wanted);
  bool any_of(const std::function<bool(const Operation&)>& wanted) const;

  /// The one of this process. It outlives everything, as the library's threads do.
  static Operations& of_process();

 private:
  mutable std::mutex mutex_;
  std::unordered_map<Number, Operation> under_way_;
  Number last_ = 0;
};

}  // namespace bridge::mqtt
