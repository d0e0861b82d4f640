#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bridge::mqtt {

/// Opcodes of WebSocket frames (RFC 6455, 11.8).
enum class WebSocketOpcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

/// Status codes of a Close frame (RFC 6455, 7.4.1).
enum class WebSocketStatus : std::uint16_t { normal = 1000, protocol_error = 1002, unsupported_data = 1003 };

using MaskingKey = std::array<std::uint8_t, 4>;

/// XORs `bytes` with `key`, of which the first byte meets the first of `bytes` (RFC 6455, 5.3).
void mask(std::span<char> bytes, const MaskingKey& key);

/// The longest header of a frame (RFC 6455, 5.2).
inline constexpr std::size_t max_frame_header = 14;

/// Puts the header of a whole, masked frame with `size` bytes of payload at `to`, which has max_frame_header
/// bytes.
/// @return how many it has.
std::size_t put_frame_header(char* to, WebSocketOpcode opcode, std::size_t size, const MaskingKey& key);

/// A piece of a server's bytes, decoded.
struct WebSocketPiece {
  enum class Kind {
    data,   // some payload of a binary message; where frames and messages end is not told (MQTT 5.0, 6.0.0-2)
    ping,   // whole, at most 125 bytes
    pong,   // whole
    close,  // whole: its status and reason
    fault,  // the connection must be failed (RFC 6455, 7.1.7), with `status`
  };
  Kind kind;
  std::string_view bytes;    // payload; of a close its reason, of a fault what is wrong
  std::uint16_t status = 0;  // of a close (0: it has none) and of a fault
};

/// Reads the frames that a server sends to a client (RFC 6455, 5). Payload is passed on as it arrives:
/// nothing is stored but the header, or the at most 125 bytes of a control frame, whatever length a frame
/// announces.
class WebSocketDecoder {
 public:
  /// Takes the next piece off the front of `bytes`.
  /// @return nothing if all bytes are used up; after a fault it is not called again. `bytes` of the piece is
  ///   valid until the next call, and no longer than the bytes handed in.
  std::optional<WebSocketPiece> next(std::string_view& bytes);

 private:
  struct Frame {
    WebSocketOpcode opcode = WebSocketOpcode::binary;
    bool final = true;
    std::uint64_t left = 0;  // of its payload
  };

  /// @return the fault of the header in `header_`, which is complete; empty if it has none.
  std::string_view begin_frame();
  std::optional<WebSocketPiece> header_from(std::string_view& bytes);
  std::optional<WebSocketPiece> payload_from(std::string_view& bytes);
  std::optional<WebSocketPiece> control_from(std::string_view& bytes);
  WebSocketPiece control_piece() const;

  std::array<std::uint8_t, 10> header_{};  // a server's has no mask
  std::size_t header_size_ = 0;
  bool in_payload_ = false;
  bool in_message_ = false;  // a fragmented one that has not ended
  Frame frame_;
  std::array<char, 125> control_{};
  std::size_t control_size_ = 0;
};

}  // namespace bridge::mqtt
