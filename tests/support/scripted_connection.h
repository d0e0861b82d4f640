#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <limits>
#include <optional>
#include <source_location>
#include <string>

#include "support/mqtt_packet.h"
#include "support/scripted_broker.h"
#include "support/socket.h"

namespace bridge::test {

/// One connection of a ScriptedBroker: reads packets, tells them in words, and fails the test at the line of
/// the table whose expectation was not met.
class ScriptedConnection {
 public:
  ScriptedConnection(ScriptedBroker& broker, Socket& socket, int number)
      : broker_(broker), socket_(socket), number_(number) {}

  void step_at(std::source_location where) { where_ = where; }
  bool has_failed() const { return failed_; }

  void expect(const std::string& words);
  void expect_connect();
  void accept() const;
  int version() const { return version_; }
  void expect_publish(const std::function<void(const HeardPublish&)>& check);
  void send(const std::string& bytes) const { socket_.send_all(bytes); }
  void close();
  void keep_silent();
  void take_no_larger_than(std::size_t bytes) { largest_ = bytes; }
  void wait_for(const std::shared_future<void>& gate);
  void serve_by(const PublishRule& rule);
  /// Acknowledges everything until the client closes.
  void be_honest();

  /// The Packet Identifier of the latest PUBLISH with this payload, on any connection.
  std::uint16_t identifier_of(const std::string& payload) const;

 private:
  /// The next packet but PINGREQ, in words; "end" if the client has closed, empty at `deadline`.
  std::string next(TimePoint deadline);
  std::string next_packet(TimePoint deadline);
  bool fill(TimePoint deadline);
  std::string words_of(const MqttPacket& packet);
  std::string words_of_connect(const MqttPacket& packet);
  std::string words_of_publish(const MqttPacket& packet);
  std::string words_of_release(const MqttPacket& packet) const;
  bool answer(const PublishRule& rule);
  void close_by_reset();
  void fail(const std::string& words);

  ScriptedBroker& broker_;
  Socket& socket_;
  const int number_;
  std::source_location where_;
  PacketStream stream_;
  MqttPacket packet_;     // the latest that next() told
  HeardPublish publish_;  // the latest PUBLISH
  int version_ = 5;
  bool is_clean_ = true;
  bool answers_pings_ = true;
  std::size_t largest_ = std::numeric_limits<std::size_t>::max();  // packet that is read
  bool ended_ = false;
  bool failed_ = false;
};

}  // namespace bridge::test
