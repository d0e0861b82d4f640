#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "connector.h"

namespace bridge::mqtt {

/// The Sec-WebSocket-Key of a handshake, base64 of 16 random bytes (RFC 6455, 4.1).
std::string make_websocket_key();

/// The Sec-WebSocket-Accept that answers `key` (RFC 6455, 4.2.2).
std::string websocket_accept_of(const std::string& key);

/// The client's opening handshake; "mqtt" is the only subprotocol (MQTT 5.0, 6.0.0-3).
std::string websocket_request(const BrokerAddress& address, const std::string& key);

/// Reads a server's answer to the opening handshake, as it arrives.
class WebSocketAnswer {
 public:
  static constexpr std::size_t max_head = 16384;  // bytes

  enum class State { incomplete, accepted, refused };

  explicit WebSocketAnswer(const std::string& key) : accept_(websocket_accept_of(key)) {}

  /// Takes what belongs to the answer's head off the front of `bytes`; behind it the frames begin.
  State take(std::string_view& bytes);
  /// The reason why it was refused; safe for a log's line.
  const std::string& words() const { return words_; }

 private:
  State judge();
  State refuse(std::string words);
  std::string fault_of_fields(std::string_view fields) const;

  std::string accept_;
  std::string head_;
  std::string words_;
};

}  // namespace bridge::mqtt
