#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "bridge/core/message.h"

namespace bridge::test {

/// A client that publishes over connections that it keeps up by itself, in a session that outlives them.
class PublishingClient {
 public:
  virtual ~PublishingClient() = default;
  /// Hands a message over; it is sent behind those before, on whatever connection. `message` stays in place.
  virtual void publish(const Message& message) = 0;
  /// The number of messages that were handed over and have not ended; QoS 0 ends when it is written.
  virtual std::size_t open() const = 0;
  virtual bool connected() const = 0;
  /// Connections that have ended.
  virtual int losses() const = 0;
  /// Messages of QoS 1 and 2 that the client gave up, or that the broker refused.
  virtual int failures() const = 0;
  virtual void stop() = 0;
};

struct ClientOptions {
  std::uint16_t port = 0;
  int version = 5;  // or 3: MQTT 3.1.1
  std::string client_id;
};

/// The session of this program.
std::unique_ptr<PublishingClient> our_client(const ClientOptions& options);
/// Eclipse Paho's async client as the distribution has it, connected anew at once where a connection ends.
std::unique_ptr<PublishingClient> paho_client(const ClientOptions& options);

}  // namespace bridge::test
