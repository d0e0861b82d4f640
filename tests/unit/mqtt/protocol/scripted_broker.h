#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client_protocol.h"
#include "recorded_events.h"

namespace bridge::mqtt {

/// A client whose broker is a table: expect, reply, cut, expect. Each step is a line of it. A packet that is
/// sent and not expected, and an event that is told and not foreseen, fails the test.
class ScriptedBroker {
 public:
  explicit ScriptedBroker(ConnectSettings settings) : protocol_(std::move(settings), events_) {
    events_.name_of = [this](const Outgoing& outgoing) { return name_of(outgoing); };
    events_.on_end = [this](Outgoing& outgoing) {
      messages_.erase(name_of(outgoing));
    };  // its memory is gone
  }

  ClientProtocol& protocol() { return protocol_; }
  RecordedEvents& events() { return events_; }
  TimePoint now() const { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

  void open(Version version) {
    version_ = version;
    sent_.clear();
    protocol_.open(version);
  }
  Version version() const { return version_; }
  void cut() {
    protocol_.closed();
    sent_.clear();
  }
  void receive(std::string_view bytes) { protocol_.received(bytes, now_); }

  /// A message by this name, which is its payload unless `size` makes it longer.
  Outgoing& message(const std::string& name, QoS qos, std::size_t size = 0) {
    auto outgoing = std::make_unique<Outgoing>();
    outgoing->message.topic_name = "t/" + name;
    outgoing->message.payload = name;
    if (size > 0) outgoing->message.payload.resize(size, '.');
    outgoing->message.qos = qos;
    return *(messages_[name] = std::move(outgoing));
  }
  Outgoing& message(const std::string& name) { return *messages_.at(name); }
  void forget(const std::string& name) { messages_.erase(name); }

  /// Lets the socket take at most `most` bytes of the output.
  void write(std::size_t most) {
    std::size_t taken = 0;
    for (const std::string_view part : protocol_.output()) {
      const std::string_view some = part.substr(0, most - taken);
      sent_.append(some);
      taken += some.size();
    }
    if (taken > 0) protocol_.written(taken, now_);
  }
  /// Lets the socket take everything. @return the packets that it has taken since the last call.
  std::vector<std::string> drain() {
    while (!protocol_.output().empty()) write(65536);
    std::vector<std::string> words;
    while (const auto frame = read_frame(sent_, std::size_t{1} << 28U)) {
      if (sent_.size() < frame->size()) break;
      words.push_back(std::visit(PacketWords(), decode(*frame, sent_, version_)));
      sent_.erase(0, frame->size());
    }
    if (!sent_.empty()) words.push_back("a part of " + std::to_string(sent_.size()) + " bytes");
    return words;
  }

 private:
  std::string name_of(const Outgoing& outgoing) const { return outgoing.message.topic_name.substr(2); }

  RecordedEvents events_;
  ClientProtocol protocol_;
  std::map<std::string, std::unique_ptr<Outgoing>> messages_;
  std::string sent_;  // not returned by drain() yet
  Version version_ = Version::v5;
  TimePoint now_{std::chrono::hours(1)};
};

/// A line of the table.
struct Step {
  Step(std::function<void(ScriptedBroker&)> action, std::source_location at = std::source_location::current())
      : act(std::move(action)), where(at) {}
  std::function<void(ScriptedBroker&)> act;
  std::source_location where;
};

using Words = std::vector<std::string>;
using Here = std::source_location;
inline constexpr QoS qos0 = QoS::at_most_once;
inline constexpr QoS qos1 = QoS::at_least_once;
inline constexpr QoS qos2 = QoS::exactly_once;

inline ConnectSettings client_settings() {
  ConnectSettings settings;
  settings.client_identifier = "client";
  return settings;
}

// The client's side.

inline Step open(Version version = Version::v5, Here at = Here::current()) {
  return {[version](ScriptedBroker& it) { it.open(version); }, at};
}
inline Step publish(std::string name, QoS qos, std::size_t size = 0, Here at = Here::current()) {
  return {[=](ScriptedBroker& it) {
            EXPECT_TRUE(it.protocol().takes(qos));
            it.protocol().publish(it.message(name, qos, size), it.now());
          },
          at};
}
/// Publishes a message that expires `in` seconds after it is handed over.
inline Step publish_expiring(std::string name, QoS qos, std::chrono::seconds in, Here at = Here::current()) {
  return {[=](ScriptedBroker& it) {
            Outgoing& outgoing = it.message(name, qos);
            outgoing.message.properties.message_expiry_interval = in;
            outgoing.expires_at = it.now() + in;
            it.protocol().publish(outgoing, it.now());
          },
          at};
}
inline Step abandon(std::string name, Here at = Here::current()) {
  return {[=](ScriptedBroker& it) {
            it.protocol().abandon(it.message(name));
            it.forget(name);
          },
          at};
}
inline Step does(std::function<void(ClientProtocol&, TimePoint)> action, Here at = Here::current()) {
  return {[action](ScriptedBroker& it) { action(it.protocol(), it.now()); }, at};
}
inline Step takes(QoS qos, bool yes = true, Here at = Here::current()) {
  return {[=](ScriptedBroker& it) { EXPECT_EQ(it.protocol().takes(qos), yes); }, at};
}
inline Step takes_no(QoS qos, Here at = Here::current()) { return takes(qos, false, at); }
inline Step later(std::chrono::milliseconds by, Here at = Here::current()) {
  return {[by](ScriptedBroker& it) { it.advance(by); }, at};
}
/// Calls on_time() at the deadline, which must exist and lead to something.
inline Step on_time(Here at = Here::current()) {
  return {[](ScriptedBroker& it) {
            EXPECT_LE(it.protocol().next_deadline(), it.now());
            it.protocol().on_time(it.now());
            EXPECT_GT(it.protocol().next_deadline(), it.now());
          },
          at};
}
inline Step not_yet_time(Here at = Here::current()) {
  return {[](ScriptedBroker& it) { EXPECT_GT(it.protocol().next_deadline(), it.now()); }, at};
}

// The broker's side.

inline Step reply_bytes(std::string bytes, Here at = Here::current()) {
  return {[bytes](ScriptedBroker& it) { it.receive(bytes); }, at};
}
/// All in one read.
inline Step reply(std::vector<Packet> packets, Here at = Here::current()) {
  return {[packets](ScriptedBroker& it) {
            std::string bytes;
            for (const Packet& packet : packets) encode(bytes, packet, it.version());
            it.receive(bytes);
          },
          at};
}
inline Step reply(Packet packet, Here at = Here::current()) { return reply(std::vector<Packet>{packet}, at); }
inline Step cut(Here at = Here::current()) {
  return {[](ScriptedBroker& it) { it.cut(); }, at};
}
/// The socket takes at most `bytes` bytes.
inline Step write(std::size_t bytes, Here at = Here::current()) {
  return {[bytes](ScriptedBroker& it) { it.write(bytes); }, at};
}

inline Packet connack() { return Connack{}; }
inline Packet session_present() { return Connack{true, 0, {}}; }
inline Packet connack_with(std::function<void(Properties&)> change, bool session_is_present = false) {
  Connack connack{session_is_present, 0, {}};
  change(connack.properties);
  return connack;
}
inline Packet window_of(std::uint16_t messages, bool session_is_present = false) {
  return connack_with([=](Properties& it) { it.receive_maximum = messages; }, session_is_present);
}
inline Packet puback(std::uint16_t id, std::uint8_t code = 0) {
  return Acknowledgement{PacketType::puback, id, code, {}};
}
inline Packet pubrec(std::uint16_t id, std::uint8_t code = 0) {
  return Acknowledgement{PacketType::pubrec, id, code, {}};
}
inline Packet pubrel(std::uint16_t id, std::uint8_t code = 0) {
  return Acknowledgement{PacketType::pubrel, id, code, {}};
}
inline Packet pubcomp(std::uint16_t id, std::uint8_t code = 0) {
  return Acknowledgement{PacketType::pubcomp, id, code, {}};
}
/// A message from the broker; refers to the texts.
inline Publish arriving(std::string_view topic_name, std::string_view payload, QoS qos = qos0,
                        std::uint16_t identifier = 0, bool dup = false) {
  return {dup, qos, false, topic_name, identifier, {}, payload};
}

// Expectations.

/// The socket takes everything; exactly these packets have come to the broker since the last look.
inline Step expect(Words packets, Here at = Here::current()) {
  return {[packets](ScriptedBroker& it) { EXPECT_EQ(it.drain(), packets); }, at};
}
/// Exactly these events have been told since the last look.
inline Step told(Words lines, Here at = Here::current()) {
  return {[lines](ScriptedBroker& it) { EXPECT_EQ(it.events().take(), lines); }, at};
}
inline Step seen(std::function<void(ScriptedBroker&)> look, Here at = Here::current()) {
  return {std::move(look), at};
}

/// Plays a first connection, from its CONNECT to its CONNACK.
inline Step connected(Version version = Version::v5, Packet answer = connack(), Here at = Here::current()) {
  return {[=](ScriptedBroker& it) {
            it.open(version);
            EXPECT_EQ(it.drain(), Words{version == Version::v5 ? "CONNECT 5 clean" : "CONNECT 3.1.1 clean"});
            reply(answer).act(it);
            EXPECT_EQ(it.events().take(), Words{"connack"});
          },
          at};
}
/// Plays a later connection, which asks for the session.
inline Step reconnected(Version version = Version::v5, Packet answer = session_present(),
                        Here at = Here::current()) {
  return {[=](ScriptedBroker& it) {
            it.open(version);
            EXPECT_EQ(it.drain(), Words{version == Version::v5 ? "CONNECT 5 kept" : "CONNECT 3.1.1 kept"});
            reply(answer).act(it);
          },
          at};
}

inline void play(const std::vector<Step>& steps, ConnectSettings settings = client_settings()) {
  ScriptedBroker broker(std::move(settings));
  for (const Step& step : steps) {
    const testing::ScopedTrace line(step.where.file_name(), static_cast<int>(step.where.line()), "this step");
    step.act(broker);
  }
  EXPECT_EQ(broker.events().take(), Words{}) << "is left at the end";
  EXPECT_EQ(broker.drain(), Words{}) << "is left at the end";
}

}  // namespace bridge::mqtt
