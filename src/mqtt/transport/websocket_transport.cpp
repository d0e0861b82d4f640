#include "websocket_transport.h"

#include <array>
#include <utility>

#include "bridge/core/escape.h"
#include "random_bytes.h"

namespace bridge::mqtt {
namespace {

constexpr std::size_t max_frame_payload = 65536;
/// A broker that sends Pings and takes no answers would fill the memory; only the newest must be answered
/// (RFC 6455, 5.5.3), and those that find no room are as good as older ones.
constexpr std::size_t max_unsent_for_pong = 2 * max_frame_payload;

MaskingKey fresh_key() {
  std::array<char, 4> bytes;
  fill_with_random(bytes);
  MaskingKey key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(bytes[i]);
  return key;
}

std::string words_of_close(const WebSocketPiece& close) {
  if (close.status == 0) return "closed by the broker (WebSocket)";
  const std::string reason = close.bytes.empty() ? std::string() : ": " + escape_line(close.bytes);
  return "closed by the broker (WebSocket status " + std::to_string(close.status) + reason + ")";
}

}  // namespace

WebSocketTransport::WebSocketTransport(std::unique_ptr<Carrier> lower, const BrokerAddress& address)
    : WebSocketTransport(std::move(lower), address, make_websocket_key()) {}

WebSocketTransport::WebSocketTransport(std::unique_ptr<Carrier> lower, const BrokerAddress& address,
                                       const std::string& key)
    : Layer(std::move(lower)), request_(websocket_request(address, key)), answer_(key) {}

Layer::HandshakeStep WebSocketTransport::shake(std::string_view& bytes) {
  outgoing().append(std::exchange(request_, std::string()));
  if (bytes.empty()) return {};
  switch (answer_.take(bytes)) {
    case WebSocketAnswer::State::incomplete:
      return {};
    case WebSocketAnswer::State::accepted:
      return {true, std::nullopt};
    case WebSocketAnswer::State::refused:
      break;
  }
  return {false, ConnectFailure{ConnectFailure::Kind::websocket, answer_.words()}};
}

void WebSocketTransport::decode(std::string_view bytes) {
  while (!has_ended()) {
    const auto piece = decoder_.next(bytes);
    if (!piece) return;
    take(*piece);
  }
}

void WebSocketTransport::take(const WebSocketPiece& piece) {
  using Kind = WebSocketPiece::Kind;
  switch (piece.kind) {
    case Kind::data:
      return deliver(piece.bytes);
    case Kind::ping:
      if (unsent() <= max_unsent_for_pong) put_control(WebSocketOpcode::pong, piece.bytes);
      return;
    case Kind::pong:
      return;
    case Kind::close:
      put_close(piece.status);
      return end({true, words_of_close(piece)});
    case Kind::fault:
      put_close(piece.status);
      return end({false, "the broker breaks the WebSocket protocol: " + std::string(piece.bytes)});
  }
}

std::size_t WebSocketTransport::encode(PartsReader& parts) {
  const std::size_t size = parts.size_up_to(max_frame_payload);
  if (size == 0) return 0;
  const MaskingKey key = fresh_key();
  const std::size_t begin = put_header(WebSocketOpcode::binary, size, key);
  for (std::size_t left = size; left > 0;) {
    const std::string_view some = parts.front(left);
    outgoing().append(some);
    parts.skip(some.size());
    left -= some.size();
  }
  mask(std::span(outgoing()).subspan(begin), key);
  return size;
}

/// @return where the payload begins in outgoing().
std::size_t WebSocketTransport::put_header(WebSocketOpcode opcode, std::size_t size, const MaskingKey& key) {
  std::array<char, max_frame_header> header;
  outgoing().append(header.data(), put_frame_header(header.data(), opcode, size, key));
  return outgoing().size();
}

void WebSocketTransport::put_control(WebSocketOpcode opcode, std::string_view payload) {
  const MaskingKey key = fresh_key();
  const std::size_t begin = put_header(opcode, payload.size(), key);
  outgoing().append(payload);
  mask(std::span(outgoing()).subspan(begin), key);
}

/// @param status 0: none.
void WebSocketTransport::put_close(std::uint16_t status) {
  const std::array<char, 2> bytes{static_cast<char>(status >> 8), static_cast<char>(status & 0xFF)};
  put_control(WebSocketOpcode::close,
              status == 0 ? std::string_view() : std::string_view(bytes.data(), bytes.size()));
}

}  // namespace bridge::mqtt
