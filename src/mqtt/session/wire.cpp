#include "wire.h"

#include <utility>

namespace bridge::mqtt {

void Wire::open(std::unique_ptr<Transport> transport, TransportEvents events) {
  transport_ = std::move(transport);
  written_ = 0;
  blocked_ = false;
  transport_->start(std::move(events));
}

void Wire::close() {
  if (!transport_) return;
  transport_->close();
  host_.dispose(std::move(transport_));
}

bool Wire::flush(ClientProtocol& protocol, TimePoint now) {
  if (!transport_ || blocked_) return false;
  const auto parts = protocol.output();
  if (parts.empty()) return false;
  std::size_t offered = 0;
  for (const std::string_view part : parts) offered += part.size();
  const std::size_t taken = transport_->write(parts);
  blocked_ = taken < offered;
  if (taken == 0) return false;
  written_ += taken;
  protocol.written(taken, now);
  return true;
}

}  // namespace bridge::mqtt
