#include "support/scripted_broker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "support/scripted_connection.h"

namespace bridge::test {

ScriptedBroker::ScriptedBroker(std::vector<Steps> connections)
    : connections_(std::move(connections)), acceptor_([this] { accept_all(); }) {}

ScriptedBroker::~ScriptedBroker() {
  stopping_ = true;
  listener_.shut_down();
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const Socket& socket : sockets_) socket.shut_down();
  }
  workers_.join();
}

void ScriptedBroker::accept_all() {
  while (!stopping_) {
    Socket accepted = listener_.accept(Clock::now() + std::chrono::hours(1));
    if (!accepted.is_open()) continue;
    const std::lock_guard lock(mutex_);
    Socket& socket = sockets_.emplace_back(std::move(accepted));
    workers_.run([this, &socket, number = ++connects_] { serve(socket, number); });
  }
}

void ScriptedBroker::serve(Socket& socket, int number) {
  ScriptedConnection connection(*this, socket, number);
  const auto place = std::min(static_cast<std::size_t>(number), connections_.size()) - 1;
  for (const BrokerStep& step : connections_[place]) {
    connection.step_at(step.where);
    step.act(connection);
    if (stopping_) return socket.shut_down();
    if (connection.has_failed()) break;
  }
  if (!connection.has_failed()) ++played_;
  connection.be_honest();
  socket.shut_down();
}

std::vector<HeardPublish> ScriptedBroker::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

std::vector<std::string> ScriptedBroker::payloads_of(const std::string& topic) const {
  std::vector<std::string> payloads;
  for (const HeardPublish& publish : heard())
    if (publish.topic == topic) payloads.push_back(publish.payload);
  return payloads;
}

bool ScriptedBroker::wait_until_played(int connections, TimePoint deadline) const {
  return eventually(deadline, [&] { return played_ >= connections; });
}

// Steps.

BrokerStep expect(std::string words, Here at) {
  return {[words = std::move(words)](ScriptedConnection& it) { it.expect(words); }, at};
}

BrokerStep welcome(Here at) {
  return {[](ScriptedConnection& it) {
            it.expect_connect();
            it.accept();
          },
          at};
}

BrokerStep welcome_311(BrokerStep at_5, Here at) {
  return {[at_5 = std::move(at_5)](ScriptedConnection& it) {
            it.expect_connect();
            it.version() == 5 ? at_5.act(it) : it.accept();
          },
          at};
}

BrokerStep expect_publish(std::function<void(const HeardPublish&)> check, Here at) {
  return {[check = std::move(check)](ScriptedConnection& it) { it.expect_publish(check); }, at};
}

BrokerStep reply(std::string bytes, Here at) {
  return {[bytes = std::move(bytes)](ScriptedConnection& it) { it.send(bytes); }, at};
}

BrokerStep reply_to(std::string payload, std::function<std::string(std::uint16_t identifier)> bytes,
                    Here at) {
  return {[payload = std::move(payload), bytes = std::move(bytes)](ScriptedConnection& it) {
            it.send(bytes(it.identifier_of(payload)));
          },
          at};
}

namespace {

BrokerStep acknowledge(PacketType type, std::string payload, int code, Here at) {
  return reply_to(
      std::move(payload),
      [=](std::uint16_t identifier) { return acknowledgement_packet(type, identifier, code); }, at);
}

}  // namespace

BrokerStep puback(std::string payload, int code, Here at) {
  return acknowledge(PacketType::puback, std::move(payload), code, at);
}

BrokerStep pubrec(std::string payload, int code, Here at) {
  return acknowledge(PacketType::pubrec, std::move(payload), code, at);
}

BrokerStep pubcomp(std::string payload, int code, Here at) {
  return acknowledge(PacketType::pubcomp, std::move(payload), code, at);
}

BrokerStep cut(Here at) {
  return {[](ScriptedConnection& it) { it.close(); }, at};
}

BrokerStep keep_silent(Here at) {
  return {[](ScriptedConnection& it) { it.keep_silent(); }, at};
}

BrokerStep wait_for(std::shared_future<void> gate, Here at) {
  return {[gate = std::move(gate)](ScriptedConnection& it) { it.wait_for(gate); }, at};
}

BrokerStep serve_by(PublishRule rule, Here at) {
  return {[rule = std::move(rule)](ScriptedConnection& it) { it.serve_by(rule); }, at};
}

BrokerStep close_at_larger_than(std::size_t bytes, Here at) {
  return {[bytes](ScriptedConnection& it) {
            it.take_no_larger_than(bytes);
            it.be_honest();
          },
          at};
}

// Packets.

std::string acknowledgement_of(const HeardPublish& publish, int code) {
  if (publish.qos == 0) return {};
  const PacketType type = publish.qos == 1 ? PacketType::puback : PacketType::pubrec;
  return acknowledgement_packet(type, publish.identifier, code);
}

std::string connack(int code, bool session_present, const std::string& properties) {
  PacketWriter writer;
  writer.byte(session_present ? 1 : 0).byte(static_cast<std::uint8_t>(code));
  writer.variable_integer(static_cast<std::uint32_t>(properties.size()));
  return writer.raw(properties).packet(PacketType::connack);
}

std::string connack_311(int code, bool session_present) {
  return PacketWriter()
      .byte(session_present ? 1 : 0)
      .byte(static_cast<std::uint8_t>(code))
      .packet(PacketType::connack);
}

/// Leaves the code out if it is 0: MQTT 3.1.1 has none, and MQTT 5 allows that (3.4.2.1).
std::string acknowledgement_packet(PacketType type, std::uint16_t identifier, int code) {
  PacketWriter writer;
  writer.two_bytes(identifier);
  if (code != 0) writer.byte(static_cast<std::uint8_t>(code));
  return writer.packet(type);
}

std::string disconnect(int code, const std::string& reason_string) {
  PacketWriter properties;
  if (!reason_string.empty()) properties.byte(0x1F).text(reason_string);  // MQTT 5.0, 3.14.2.2.3
  PacketWriter writer;
  writer.byte(static_cast<std::uint8_t>(code));
  writer.variable_integer(static_cast<std::uint32_t>(properties.bytes().size())).raw(properties.bytes());
  return writer.packet(PacketType::disconnect);
}

}  // namespace bridge::test
