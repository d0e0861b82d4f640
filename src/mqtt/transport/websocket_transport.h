#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "layer.h"
#include "websocket_frame.h"
#include "websocket_handshake.h"

namespace bridge::mqtt {

/// WebSocket over another Transport, for a client of MQTT (RFC 6455; MQTT 5.0, 6). What is written together
/// leaves in one binary frame, at most 64 KiB at a time.
class WebSocketTransport : public Layer {
 public:
  WebSocketTransport(std::unique_ptr<Carrier> lower, const BrokerAddress& address);

 protected:
  HandshakeStep shake(std::string_view& bytes) override;
  std::string_view name() const override { return "WebSocket"; }
  void decode(std::string_view bytes) override;
  std::size_t encode(PartsReader& parts) override;
  void say_farewell() override { put_close(static_cast<std::uint16_t>(WebSocketStatus::normal)); }

 private:
  WebSocketTransport(std::unique_ptr<Carrier> lower, const BrokerAddress& address, const std::string& key);

  void take(const WebSocketPiece& piece);
  std::size_t put_header(WebSocketOpcode opcode, std::size_t size, const MaskingKey& key);
  void put_control(WebSocketOpcode opcode, std::string_view payload);
  void put_close(std::uint16_t status);

  std::string request_;  // until it is sent
  WebSocketAnswer answer_;
  WebSocketDecoder decoder_;
};

}  // namespace bridge::mqtt
