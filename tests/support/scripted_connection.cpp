#include "support/scripted_connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

namespace bridge::test {
namespace {

constexpr std::chrono::milliseconds between_looks{20};  // between two looks at the socket
constexpr std::size_t longest_shown = 32;               // of a payload, in words

}  // namespace

void ScriptedConnection::fail(const std::string& words) {
  failed_ = true;
  if (broker_.stopping_) return;
  ADD_FAILURE_AT(where_.file_name(), static_cast<int>(where_.line()))
      << "connection " << number_ << ": " << words;
  close();
}

/// Closes; drops bytes that were received and not read, as a broker does.
void ScriptedConnection::close() {
  ended_ = true;
  stream_ = {};
  socket_.shut_down();
}

/// Closes with RST, as the system does if something has not been read.
void ScriptedConnection::close_by_reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ended_ = true;
  stream_ = {};
  const std::lock_guard lock(broker_.mutex_);
  socket_.close();
}

// Reading.

bool ScriptedConnection::fill(TimePoint deadline) {
  const auto bytes = socket_.receive(deadline);
  if (!bytes) return false;
  if (bytes->empty()) ended_ = true;
  stream_.add(*bytes);
  if (stream_.announced() > largest_) close_by_reset();
  return true;
}

std::string ScriptedConnection::next(TimePoint deadline) {
  try {
    return next_packet(deadline);
  } catch (const std::runtime_error& malformed) {
    stream_ = {};
    packet_ = {};
    return std::string("no MQTT: ") + malformed.what();
  }
}

std::string ScriptedConnection::next_packet(TimePoint deadline) {
  while (true) {
    while (const auto packet = stream_.next()) {
      if (packet->type != PacketType::pingreq) {
        packet_ = *packet;
        return words_of(packet_);
      }
      ++broker_.pings_;
      if (answers_pings_) send(PacketWriter().packet(PacketType::pingresp));
    }
    packet_ = {};
    if (ended_) return "end";
    if (!fill(deadline)) return {};
  }
}

std::string ScriptedConnection::words_of(const MqttPacket& packet) {
  switch (packet.type) {
    case PacketType::connect:
      return words_of_connect(packet);
    case PacketType::publish:
      return words_of_publish(packet);
    case PacketType::pubrel:
      return words_of_release(packet);
    case PacketType::disconnect: {
      const int code = packet.body.empty() ? 0 : static_cast<std::uint8_t>(packet.body.front());
      return "DISCONNECT " + std::to_string(code);
    }
    default:
      return "packet of type " + std::to_string(static_cast<int>(packet.type));
  }
}

/// Version and flags stand behind "MQTT" and its length (MQTT 5.0, 3.1.2).
std::string ScriptedConnection::words_of_connect(const MqttPacket& packet) {
  PacketReader reader(packet.body);
  reader.text();
  version_ = reader.byte();
  is_clean_ = (reader.byte() & 2) != 0;
  return std::string("CONNECT ") + (version_ == 5 ? "5" : "3.1.1") + (is_clean_ ? " clean" : " kept");
}

std::string ScriptedConnection::words_of_publish(const MqttPacket& packet) {
  HeardPublish heard{.connection = number_, .at = Clock::now()};
  heard.qos = (packet.flags >> 1) & 3;
  heard.dup = (packet.flags & 8) != 0;
  PacketReader reader(packet.body);
  heard.topic = reader.text();
  if (heard.qos > 0) heard.identifier = reader.two_bytes();
  if (version_ == 5) heard.properties = read_properties(reader);
  heard.payload = reader.rest();
  publish_ = heard;
  std::string words = "PUBLISH " + heard.topic + "=";
  words +=
      heard.payload.size() > longest_shown ? std::to_string(heard.payload.size()) + " bytes" : heard.payload;
  words += " qos " + std::to_string(heard.qos);
  if (heard.dup) words += " dup";
  const std::lock_guard lock(broker_.mutex_);
  broker_.identifiers_[heard.payload] = heard.identifier;
  broker_.heard_.push_back(std::move(heard));
  return words;
}

std::string ScriptedConnection::words_of_release(const MqttPacket& packet) const {
  const std::uint16_t identifier = PacketReader(packet.body).two_bytes();
  const std::lock_guard lock(broker_.mutex_);
  const auto known = std::find_if(broker_.identifiers_.begin(), broker_.identifiers_.end(),
                                  [=](const auto& each) { return each.second == identifier; });
  return "PUBREL " + (known == broker_.identifiers_.end() ? "of nothing" : known->first);
}

std::uint16_t ScriptedConnection::identifier_of(const std::string& payload) const {
  const std::lock_guard lock(broker_.mutex_);
  const auto known = broker_.identifiers_.find(payload);
  return known == broker_.identifiers_.end() ? std::uint16_t{0} : known->second;
}

// Steps.

void ScriptedConnection::expect(const std::string& words) {
  const std::string came = next(within(patience));
  if (came != words) fail("expected: " + words + ", came: " + (came.empty() ? "nothing" : came));
}

void ScriptedConnection::expect_connect() {
  const std::string came = next(within(patience));
  if (packet_.type != PacketType::connect)
    fail("expected: CONNECT, came: " + (came.empty() ? "nothing" : came));
}

void ScriptedConnection::accept() const {
  send(version_ == 5 ? connack(0, !is_clean_) : connack_311(0, !is_clean_));
}

void ScriptedConnection::expect_publish(const std::function<void(const HeardPublish&)>& check) {
  const std::string came = next(within(patience));
  if (packet_.type != PacketType::publish)
    return fail("expected: PUBLISH, came: " + (came.empty() ? "nothing" : came));
  const testing::ScopedTrace line(where_.file_name(), static_cast<int>(where_.line()), "this step");
  check(publish_);
}

void ScriptedConnection::keep_silent() {
  answers_pings_ = false;
  while (next(Clock::now() + between_looks) != "end" && !broker_.stopping_) continue;
}

/// Does not look at packets that came in between: they are for the steps that follow.
void ScriptedConnection::wait_for(const std::shared_future<void>& gate) {
  const TimePoint deadline = within(patience);
  while (gate.wait_for(between_looks) != std::future_status::ready)
    if (broker_.stopping_ || Clock::now() > deadline) return fail("the gate stays shut");
}

/// @return true if the connection goes on.
bool ScriptedConnection::answer(const PublishRule& rule) {
  if (packet_.type == PacketType::disconnect) return false;
  if (packet_.type == PacketType::pubrel)
    send(acknowledgement_packet(PacketType::pubcomp, PacketReader(packet_.body).two_bytes()));
  if (packet_.type != PacketType::publish) return true;
  const auto bytes = rule(publish_);
  if (bytes) send(*bytes);
  return bytes.has_value();
}

void ScriptedConnection::serve_by(const PublishRule& rule) {
  while (!broker_.stopping_) {
    const std::string came = next(Clock::now() + between_looks);
    if (came == "end") return;
    if (!came.empty() && !answer(rule)) return close();
  }
}

void ScriptedConnection::be_honest() {
  serve_by([](const HeardPublish& publish) { return acknowledgement_of(publish); });
}

}  // namespace bridge::test
