#include "connection_attempts.h"

#include "bridge/core/server_uri.h"

namespace bridge::mqtt {

ConnectionAttempts::ConnectionAttempts(const MqttSettings& settings)
    : uris_(server_uris(settings)), policy_(uris_.size(), settings.version, random_numbers()) {}

}  // namespace bridge::mqtt
