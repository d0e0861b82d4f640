#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "../protocol/client_protocol.h"
#include "bridge/core/clock.h"
#include "bridge/core/reconnect_policy.h"
#include "bridge/core/settings.h"

namespace bridge::mqtt {

/// Which server is tried, with which version, and when; what a failure means for that.
class ConnectionAttempts {
 public:
  explicit ConnectionAttempts(const MqttSettings& settings);

  const std::string& uri() const { return uris_[policy_.target().server]; }
  std::size_t server() const { return policy_.target().server; }
  Version version() const { return policy_.target().version == 5 ? Version::v5 : Version::v3_1_1; }

  ReconnectPolicy& policy() { return policy_; }
  const ReconnectPolicy& policy() const { return policy_; }

  /// The server whose CONNACK was the last with success differs from this one: it cannot have our session.
  bool is_other_server() const { return last_connected_ && *last_connected_ != server(); }
  void note_connected() { last_connected_ = server(); }

 private:
  std::vector<std::string> uris_;
  ReconnectPolicy policy_;
  std::optional<std::size_t> last_connected_;
};

/// The kind of failure that a refused CONNECT is for the next attempt. `code` is the CONNACK's; a broker that
/// knows MQTT 3.1.1 alone answers an MQTT 5 CONNECT with a code of 3.1.1.
ReconnectPolicy::Failure failure_of_connack(int code);

}  // namespace bridge::mqtt
