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

/// Decides which server is tried next, with which version, and when, by how earlier attempts ended.
class ConnectionAttempts {
 public:
  explicit ConnectionAttempts(const MqttSettings& settings);

  const std::string& uri() const { return uris_[policy_.target().server]; }
  std::size_t server() const { return policy_.target().server; }
  Version version() const { return policy_.target().version == 5 ? Version::v5 : Version::v3_1_1; }

  ReconnectPolicy& policy() { return policy_; }
  const ReconnectPolicy& policy() const { return policy_; }

  /// @return true if another server was the last to accept us: this one cannot have our session.
  bool is_other_server() const { return last_connected_ && *last_connected_ != server(); }
  void note_connected() { last_connected_ = server(); }

 private:
  std::vector<std::string> uris_;
  ReconnectPolicy policy_;
  std::optional<std::size_t> last_connected_;
};

}  // namespace bridge::mqtt
