#include "broker_gate.h"

#include <algorithm>

#include "publish_packet.h"

namespace bridge::test {

/// Lets all bytes before the poisoned packet pass, and of that packet the bytes that came in earlier calls.
std::size_t BrokerGate::admit(std::size_t connection, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  Connection& state = connections_[connection];
  state.stream.add(bytes);
  std::size_t admitted = 0;
  std::size_t partly = state.unread;  // of the next packet, passed before
  while (const auto packet = state.stream.next()) {
    if (packet->type == PacketType::connect) state.is_version_5 = is_version_5(*packet);
    if (packet->type == PacketType::publish) {
      bool damaged = false;
      const PublishPacket publish = read_publish(*packet, state.is_version_5);
      const auto name = name_of(publish.topic, publish.payload, damaged);
      if (name && is_poisoned(*name)) {
        ++closings_[{name->writer, name->number}];
        return admitted;
      }
    }
    admitted += packet->size - partly;
    partly = 0;
  }
  state.unread = partly + bytes.size() - admitted;
  return bytes.size();
}

std::size_t BrokerGate::closings() const {
  const std::lock_guard lock(mutex_);
  std::size_t all = 0;
  for (const auto& [name, count] : closings_) all += count;
  return all;
}

std::size_t BrokerGate::most_closings_at_one() const {
  const std::lock_guard lock(mutex_);
  std::size_t most = 0;
  for (const auto& [name, count] : closings_) most = std::max(most, count);
  return most;
}

}  // namespace bridge::test
