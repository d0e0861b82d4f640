#include "tampering_proxy.h"

#include <algorithm>
#include <system_error>

#include "publish_packet.h"

namespace bridge::test {
namespace {

constexpr auto look = std::chrono::milliseconds(20);
constexpr auto held_for = std::chrono::milliseconds(3500);  // its second, and 2.5 s more

std::string bytes_of(const MqttPacket& packet) {
  return PacketWriter().raw(packet.body).packet(packet.type, packet.flags);
}

std::string puback(std::uint16_t identifier) {
  return PacketWriter().two_bytes(identifier).packet(PacketType::puback);
}

}  // namespace

TamperingProxy::TamperingProxy(std::uint16_t port_behind, Tampering tampering)
    : port_behind_(port_behind), tampering_(tampering), acceptor_([this] { accept_all(); }) {}

TamperingProxy::~TamperingProxy() {
  stopping_ = true;
  acceptor_.join();
  workers_.join();
}

void TamperingProxy::accept_all() {
  while (!stopping_) {
    Socket client = listener_.accept(Clock::now() + look);
    if (!client.is_open()) continue;
    try {
      Link& link = links_.emplace_back(std::move(client), Socket::connect_to(port_behind_));
      workers_.run([this, &link] { serve(link); });
    } catch (const std::system_error&) {
      continue;
    }
  }
}

void TamperingProxy::serve(Link& link) {
  std::thread backward([&] { pump_to_client(link); });
  pump_to_broker(link);
  link.over = true;
  backward.join();
  link.client.close();
  link.broker.close();
}

void TamperingProxy::pump_to_broker(Link& link) {
  PacketStream stream;
  while (!link.over && !stopping_ && pass_held(link)) {
    const auto bytes = link.client.receive(Clock::now() + look);
    if (!bytes) continue;
    if (bytes->empty()) return;
    stream.add(*bytes);
    while (const auto packet = stream.next()) {
      if (!pass(link, *packet)) return;
    }
  }
}

/// Passes whole packets, so that others can be put between them.
void TamperingProxy::pump_to_client(Link& link) {
  PacketStream stream;
  while (!link.over && !stopping_) {
    const auto bytes = link.broker.receive(Clock::now() + look);
    if (!bytes) continue;
    if (bytes->empty()) break;
    stream.add(*bytes);
    while (const auto packet = stream.next()) {
      const std::lock_guard lock(link.to_client);
      link.client.send_all(bytes_of(*packet));
    }
  }
  link.over = true;
}

bool TamperingProxy::pass_held(Link& link) {
  for (auto next = link.held.begin(); next != link.held.end();) {
    if (next->first > Clock::now()) {
      ++next;
      continue;
    }
    if (!link.broker.send_all(next->second)) return false;
    next = link.held.erase(next);
  }
  return true;
}

bool TamperingProxy::pass(Link& link, const MqttPacket& packet) {
  if (packet.type == PacketType::publish) return tamper_with_publish(link, packet);
  if (!link.broker.send_all(bytes_of(packet))) return false;
  if (packet.type != PacketType::pubrel || again_.empty()) return true;
  if (PacketReader(packet.body).two_bytes() != again_identifier_) return true;
  return link.broker.send_all(std::exchange(again_, {}));
}

bool TamperingProxy::tamper_with_publish(Link& link, const MqttPacket& packet) {
  const PublishPacket publish = read_publish(packet, true);
  bool damaged = false;
  const auto name = name_of(publish.topic, publish.payload, damaged);
  if (!name || !is_chosen(*name, publish.qos)) return link.broker.send_all(bytes_of(packet));
  if (tampering_ == Tampering::swallows_large) {
    const std::lock_guard lock(link.to_client);
    return link.client.send_all(puback(publish.identifier));
  }
  if (tampering_ == Tampering::holds_back) {
    link.held.emplace_back(Clock::now() + held_for, bytes_of(packet));
    return true;
  }
  if (tampering_ == Tampering::blames_innocent) return false;
  again_ = bytes_of(packet);
  again_identifier_ = publish.identifier;
  return link.broker.send_all(again_);
}

/// @return true for the first message that fits, whenever it comes.
bool TamperingProxy::is_chosen(const MessageName& name, int qos) {
  const std::lock_guard lock(choosing_);
  if (chosen_) return *chosen_ == name;
  const bool is_large = name.writer == writer_numbers::large;
  const bool is_stored_at_once = name.writer == 0 && name.number % 5 == 4;  // Writer prefers respond-async
  const bool fits = (tampering_ == Tampering::swallows_large && is_large && qos == 1) ||
                    (tampering_ == Tampering::repeats_qos_2 && qos == 2) ||
                    (tampering_ == Tampering::holds_back && expiry_of(name) == std::chrono::seconds(1)) ||
                    (tampering_ == Tampering::blames_innocent && is_stored_at_once);
  if (fits) chosen_ = name;
  return fits;
}

}  // namespace bridge::test
