#include "differential/recorder.h"

#include <algorithm>
#include <stdexcept>
#include <system_error>

namespace bridge::test {
namespace {

constexpr std::chrono::milliseconds look{50};  // between two checks of whether to stop

std::string connect_packet() {
  PacketWriter writer;
  writer.text("MQTT").byte(5).byte(0).two_bytes(0);              // not clean, no keep alive
  writer.variable_integer(5).byte(0x11).four_bytes(0xFFFFFFFF);  // a session that never expires
  return writer.text("recorder").packet(PacketType::connect);
}

std::string acknowledgement(PacketType type, std::uint16_t identifier) {
  return PacketWriter().two_bytes(identifier).packet(type);
}

}  // namespace

Recorder::Recorder(std::uint16_t port) : port_(port) {
  connect();
  subscribe();
  thread_ = std::thread([this] { record(); });
}

Recorder::~Recorder() {
  stopping_ = true;
  thread_.join();
}

std::vector<ReceivedMessage> Recorder::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

bool Recorder::wait_for_topic(const std::string& topic, TimePoint deadline) const {
  return eventually(deadline, [&] {
    const std::lock_guard lock(mutex_);
    return std::any_of(received_.rbegin(), received_.rend(),
                       [&](const ReceivedMessage& message) { return message.topic == topic; });
  });
}

/// The next packet; one of type 0 at `deadline`. @throws std::runtime_error if the broker closes.
MqttPacket Recorder::next(TimePoint deadline) {
  while (true) {
    if (const auto packet = stream_.next()) return *packet;
    const auto bytes = socket_.receive(deadline);
    if (!bytes) return {PacketType{0}, 0, {}};
    if (bytes->empty()) throw std::runtime_error("the broker has closed");
    stream_.add(*bytes);
  }
}

void Recorder::connect() {
  stream_ = {};
  socket_ = Socket::connect_to(port_);
  socket_.send_all(connect_packet());
  const MqttPacket answer = next(within(patience));
  if (answer.type != PacketType::connack || answer.body.at(1) != 0)
    throw std::runtime_error("the broker refused CONNECT");
  connected_ = true;
}

void Recorder::subscribe() {
  constexpr std::uint8_t qos_2_retain_as_published = 0x02 | 0x08;  // MQTT 5.0, 3.8.3.1
  PacketWriter writer;
  writer.two_bytes(1).byte(0).text("#").byte(qos_2_retain_as_published);
  socket_.send_all(writer.packet(PacketType::subscribe, 2));
  const MqttPacket answer = next(within(patience));
  if (answer.type != PacketType::suback || answer.body.back() != 2)
    throw std::runtime_error("the broker refused SUBSCRIBE");
}

void Recorder::record() {
  while (!stopping_) {
    try {
      if (!connected_) connect();
      while (!stopping_) handle(next(Clock::now() + look));
    } catch (const std::exception&) {  // the broker is away
      connected_ = false;
      pause_between_looks();
    }
  }
}

void Recorder::handle(const MqttPacket& packet) {
  if (packet.type == PacketType::publish) return handle_publish(packet);
  if (packet.type != PacketType::pubrel) return;
  const std::uint16_t identifier = PacketReader(packet.body).two_bytes();
  socket_.send_all(acknowledgement(PacketType::pubcomp, identifier));
}

void Recorder::handle_publish(const MqttPacket& packet) {
  ReceivedMessage message;
  message.qos = (packet.flags >> 1) & 3;
  message.retain = (packet.flags & 1U) != 0;
  PacketReader reader(packet.body);
  message.topic = reader.text();
  const std::uint16_t identifier = message.qos > 0 ? reader.two_bytes() : std::uint16_t{0};
  message.properties = read_properties(reader);
  message.payload = reader.rest();
  const int qos = message.qos;
  const bool is_dup = (packet.flags & 8U) != 0;
  {
    const std::lock_guard lock(mutex_);
    if (qos < 2 || !is_dup || !is_repeated(message, identifier)) {
      if (qos == 2) latest_[identifier] = received_.size();
      received_.push_back(std::move(message));
    }
  }
  if (qos == 1) socket_.send_all(acknowledgement(PacketType::puback, identifier));
  if (qos == 2) socket_.send_all(acknowledgement(PacketType::pubrec, identifier));
}

/// A message that a publisher sent twice comes as two, each with DUP 0.
bool Recorder::is_repeated(const ReceivedMessage& message, std::uint16_t identifier) const {
  const auto latest = latest_.find(identifier);
  if (latest == latest_.end()) return false;
  const ReceivedMessage& earlier = received_[latest->second];
  return earlier.topic == message.topic && earlier.payload == message.payload;
}

}  // namespace bridge::test
