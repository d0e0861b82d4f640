#include "connection_attempts.h"

#include "bridge/core/server_uri.h"

namespace bridge::mqtt {
namespace {

constexpr int version_refused_3 = 1;    // CONNACK of MQTT 3.1.1 (3.2.2.3)
constexpr int version_refused_5 = 132;  // and of MQTT 5.0 (3.2.2.2)

}  // namespace

ConnectionAttempts::ConnectionAttempts(const MqttSettings& settings)
    : uris_(server_uris(settings)), policy_(uris_.size(), settings.version, random_numbers()) {}

ReconnectPolicy::Failure failure_of_connack(int code) {
  const bool version = code == version_refused_3 || code == version_refused_5;
  return version ? ReconnectPolicy::Failure::version_refused : ReconnectPolicy::Failure::refused;
}

}  // namespace bridge::mqtt
