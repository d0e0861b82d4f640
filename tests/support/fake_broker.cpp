#include "support/fake_broker.h"

#include <utility>

namespace bridge::test {
namespace {

const auto for_long = std::chrono::hours(1);

std::uint8_t reason(int code) { return static_cast<std::uint8_t>(code); }

}  // namespace

FakeBroker::FakeBroker(BrokerScript script)
    : script_(std::move(script)), acceptor_([this] { accept_all(); }) {}

FakeBroker::~FakeBroker() {
  stopping_ = true;
  listener_.shut_down();
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const Socket& socket : sockets_) socket.shut_down();
  }
  workers_.join();
}

std::vector<std::string> FakeBroker::published_topics() const {
  const std::lock_guard lock(mutex_);
  return published_topics_;
}

void FakeBroker::accept_all() {
  while (!stopping_) {
    Socket accepted = listener_.accept(Clock::now() + for_long);
    if (!accepted.is_open()) continue;
    const std::lock_guard lock(mutex_);
    const Socket& socket = sockets_.emplace_back(std::move(accepted));
    workers_.run([this, &socket] { serve(socket); });
  }
}

void FakeBroker::serve(const Socket& socket) {
  PacketStream stream;
  while (const auto bytes = socket.receive(Clock::now() + for_long)) {
    if (bytes->empty()) break;
    stream.add(*bytes);
    while (const auto packet = stream.next()) {
      if (packet->type == PacketType::disconnect) return socket.shut_down();
      const auto answer = answer_to(*packet);
      if (!answer) return socket.shut_down();
      socket.send_all(*answer);
    }
  }
  socket.shut_down();
}

/// @return empty if the broker closes the connection instead.
std::optional<std::string> FakeBroker::answer_to(const MqttPacket& packet) {
  switch (packet.type) {
    case PacketType::connect: {
      ++connects_;
      version_ = packet.body.at(6);  // after "MQTT" and its length (MQTT 5.0, 3.1.2.2)
      PacketWriter connack;
      if (version_ < 5) return connack.byte(0).byte(0).packet(PacketType::connack);
      if (script_.connack_code < 0) return std::string();
      connack.byte(0).byte(reason(script_.connack_code));
      connack.variable_integer(static_cast<std::uint32_t>(script_.connack_properties.size()));
      return connack.raw(script_.connack_properties).packet(PacketType::connack);
    }
    case PacketType::subscribe:
      return answer_to_subscribe(packet);
    case PacketType::unsubscribe:
      ++unsubscribes_;
      return PacketWriter().raw(packet.body.substr(0, 2)).byte(0).byte(0).packet(PacketType::unsuback);
    case PacketType::publish:
      return answer_to_publish(packet);
    case PacketType::pubrel:
      return PacketWriter().raw(packet.body.substr(0, 2)).packet(PacketType::pubcomp);
    case PacketType::pingreq:
      ++pings_;
      return PacketWriter().packet(PacketType::pingresp);
    default:
      return std::string();
  }
}

std::optional<std::string> FakeBroker::answer_to_subscribe(const MqttPacket& packet) const {
  PacketReader reader(packet.body);
  PacketWriter suback;
  suback.two_bytes(reader.two_bytes());
  if (version_ >= 5) {
    suback.byte(0);
    reader.raw(reader.variable_integer());
  }
  while (!reader.empty()) {
    const std::string topic_filter = reader.text();
    const int code = script_.suback(topic_filter, reader.byte() & 3);
    if (code == BrokerScript::close) return std::nullopt;
    if (code < 0) return std::string();
    suback.byte(reason(code));
  }
  return suback.packet(PacketType::suback);
}

std::optional<std::string> FakeBroker::answer_to_publish(const MqttPacket& packet) {
  const int qos = (packet.flags >> 1) & 3;
  PacketReader reader(packet.body);
  const std::string topic = reader.text();
  const int code = script_.puback(topic);  // before the topic is seen: a test may change the script then
  {
    const std::lock_guard lock(mutex_);
    published_topics_.push_back(topic);
  }
  if (code == BrokerScript::close) return std::nullopt;
  if (qos == 0 || code < 0) return std::string();
  PacketWriter acknowledgement;
  acknowledgement.two_bytes(reader.two_bytes());
  if (version_ >= 5) acknowledgement.byte(reason(code)).byte(0);
  return acknowledgement.packet(qos == 1 ? PacketType::puback : PacketType::pubrec);
}

}  // namespace bridge::test
