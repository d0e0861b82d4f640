#include "support/mqtt_probe.h"

#include <stdexcept>

namespace bridge::test {
namespace {

std::string connect_packet(const ProbeOptions& options) {
  PacketWriter writer;
  writer.text("MQTT").byte(static_cast<std::uint8_t>(options.protocol_level));
  writer.byte(options.clean_start ? 2 : 0).two_bytes(0);
  if (options.protocol_level == 5) writer.byte(0);
  return writer.text(options.client_id).packet(PacketType::connect);
}

std::string acknowledgement(PacketType type, std::uint16_t packet_identifier) {
  const std::uint8_t flags = type == PacketType::pubrel ? 2 : 0;
  return PacketWriter().two_bytes(packet_identifier).packet(type, flags);
}

}  // namespace

MqttProbe::MqttProbe(std::uint16_t port, const ProbeOptions& options)
    : socket_(Socket::connect_to(port)), version_5_(options.protocol_level == 5) {
  connect(options);
  thread_ = std::thread([this] { read_all(); });
}

MqttProbe::~MqttProbe() {
  socket_.send_all(PacketWriter().packet(PacketType::disconnect));
  socket_.shut_down();
  thread_.join();
}

void MqttProbe::connect(const ProbeOptions& options) {
  socket_.send_all(connect_packet(options));
  const TimePoint deadline = within(patience);
  std::optional<MqttPacket> answer;
  while (!(answer = stream_.next())) {
    const auto bytes = socket_.receive(deadline);
    if (!bytes || bytes->empty()) throw std::runtime_error("the broker did not answer CONNECT");
    stream_.add(*bytes);
  }
  if (answer->type != PacketType::connack || answer->body.at(1) != 0) {
    throw std::runtime_error("the broker refused CONNECT");
  }
}

void MqttProbe::read_all() {
  while (true) {
    std::string replies;
    while (const auto packet = stream_.next()) handle(*packet, replies);
    if (!replies.empty()) {
      const std::lock_guard lock(sending_);
      socket_.send_all(replies);
    }
    changed_.notify_all();
    const auto bytes = socket_.receive(Clock::now() + std::chrono::hours(1));
    if (!bytes || bytes->empty()) return;
    stream_.add(*bytes);
  }
}

void MqttProbe::handle(const MqttPacket& packet, std::string& replies) {
  if (packet.type == PacketType::publish) {
    handle_publish(packet, replies);
  } else if (packet.type == PacketType::pubrel) {
    const std::uint16_t identifier = PacketReader(packet.body).two_bytes();
    unreleased_.erase(identifier);
    replies += acknowledgement(PacketType::pubcomp, identifier);
  } else if (packet.body.size() >= 2) {
    if (packet.type == PacketType::pubrec) {
      replies += acknowledgement(PacketType::pubrel, PacketReader(packet.body).two_bytes());
    }
    handle_acknowledgement(packet);
  }
}

void MqttProbe::handle_publish(const MqttPacket& packet, std::string& replies) {
  ReceivedMessage message;
  message.qos = (packet.flags >> 1) & 3;
  message.retain = (packet.flags & 1U) != 0;
  PacketReader reader(packet.body);
  message.topic = reader.text();
  const std::uint16_t identifier = message.qos > 0 ? reader.two_bytes() : std::uint16_t{0};
  if (version_5_) message.properties = read_properties(reader);
  message.payload = reader.rest();
  if (message.qos == 1) replies += acknowledgement(PacketType::puback, identifier);
  if (message.qos == 2) replies += acknowledgement(PacketType::pubrec, identifier);
  if (message.qos == 2 && !unreleased_.insert(identifier).second) return;
  const std::lock_guard lock(mutex_);
  received_.push_back(std::move(message));
}

void MqttProbe::handle_acknowledgement(const MqttPacket& packet) {
  PacketReader reader(packet.body);
  const std::uint16_t identifier = reader.two_bytes();
  if (version_5_ && packet.type == PacketType::suback) reader.raw(reader.variable_integer());
  const int reason_code = reader.empty() ? 0 : reader.byte();
  const std::lock_guard lock(mutex_);
  acknowledgements_[{packet.type, identifier}] = reason_code;
}

std::uint16_t MqttProbe::next_packet_identifier() {
  const std::lock_guard lock(mutex_);
  if (++packet_identifier_ == 0) ++packet_identifier_;
  for (const PacketType type : {PacketType::puback, PacketType::pubcomp, PacketType::suback}) {
    acknowledgements_.erase({type, packet_identifier_});
  }
  return packet_identifier_;
}

int MqttProbe::wait_for_acknowledgement(PacketType type, std::uint16_t packet_identifier) const {
  std::unique_lock lock(mutex_);
  const auto arrived = [&] { return acknowledgements_.contains({type, packet_identifier}); };
  return changed_.wait_until(lock, within(patience), arrived)
             ? acknowledgements_.at({type, packet_identifier})
             : -1;
}

int MqttProbe::subscribe(const std::string& topic_filter, int qos) {
  const std::uint16_t identifier = next_packet_identifier();
  PacketWriter writer;
  writer.two_bytes(identifier);
  if (version_5_) writer.byte(0);
  writer.text(topic_filter).byte(static_cast<std::uint8_t>(qos));
  {
    const std::lock_guard lock(sending_);
    socket_.send_all(writer.packet(PacketType::subscribe, 2));
  }
  return wait_for_acknowledgement(PacketType::suback, identifier);
}

int MqttProbe::publish(const std::string& topic, const std::string& payload, int qos, bool retain,
                       const Properties& properties) {
  const std::uint16_t identifier = next_packet_identifier();
  PacketWriter writer;
  writer.text(topic);
  if (qos > 0) writer.two_bytes(identifier);
  if (version_5_) write_properties(writer, properties);
  writer.raw(payload);
  const auto flags = static_cast<std::uint8_t>((static_cast<unsigned>(qos) << 1U) | (retain ? 1U : 0U));
  {
    const std::lock_guard lock(sending_);
    socket_.send_all(writer.packet(PacketType::publish, flags));
  }
  if (qos == 0) return 0;
  return wait_for_acknowledgement(qos == 1 ? PacketType::puback : PacketType::pubcomp, identifier);
}

std::vector<ReceivedMessage> MqttProbe::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::size_t MqttProbe::count() const {
  const std::lock_guard lock(mutex_);
  return received_.size();
}

bool MqttProbe::wait_for_count(std::size_t count, TimePoint deadline) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return received_.size() >= count; });
}

std::optional<ReceivedMessage> MqttProbe::wait_for(const std::function<bool(const ReceivedMessage&)>& fits,
                                                   TimePoint deadline) const {
  std::unique_lock lock(mutex_);
  std::size_t seen = 0;
  while (true) {
    for (; seen < received_.size(); ++seen) {
      if (fits(received_[seen])) return received_[seen];
    }
    if (Clock::now() >= deadline) return std::nullopt;
    changed_.wait_until(lock, deadline);
  }
}

std::optional<ReceivedMessage> MqttProbe::wait_for_topic(const std::string& topic, TimePoint deadline) const {
  return wait_for([&](const ReceivedMessage& message) { return message.topic == topic; }, deadline);
}

void MqttProbe::forget_received() {
  const std::lock_guard lock(mutex_);
  received_.clear();
}

}  // namespace bridge::test
