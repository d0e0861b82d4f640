// Bytes of a broker over WebSocket: the answer to the handshake, then frames. Whether the bytes come at
// once or one by one, the same must be understood, and no more is handed on than has arrived.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "websocket_frame.h"
#include "websocket_handshake.h"

namespace {

using bridge::mqtt::WebSocketAnswer;
using bridge::mqtt::WebSocketDecoder;
using bridge::mqtt::WebSocketPiece;

void check(bool promise) {
  if (!promise) std::abort();
}

struct Understood {
  std::string words;  // why the answer was refused
  std::string payload;
  std::string controls;  // one behind the other, each with its kind
};

/// Reads `stream` in parts of `step` bytes.
class Reader {
 public:
  Understood read(std::string_view stream, std::size_t step) {
    while (!stream.empty() && !failed_) {
      take(stream.substr(0, step));
      stream.remove_prefix(std::min(step, stream.size()));
    }
    return understood_;
  }

 private:
  void take(std::string_view bytes) {
    if (!accepted_) {
      const auto state = answer_.take(bytes);
      accepted_ = state == WebSocketAnswer::State::accepted;
      failed_ = state == WebSocketAnswer::State::refused;
      if (failed_) understood_.words = answer_.words();
      if (!accepted_) return;
    }
    while (const auto piece = decoder_.next(bytes)) {
      if (piece->kind == WebSocketPiece::Kind::data) {
        check(!piece->bytes.empty());
        understood_.payload += piece->bytes;
        continue;
      }
      const bool is_fault = piece->kind == WebSocketPiece::Kind::fault;
      check(is_fault || piece->bytes.size() <= 125);
      understood_.controls +=
          std::to_string(static_cast<int>(piece->kind)) + " " + std::to_string(piece->status) + " ";
      understood_.controls.append(piece->bytes).append("\n");
      failed_ = is_fault;
      if (failed_) return;
    }
    check(bytes.empty());
  }

  WebSocketAnswer answer_{"dGhlIHNhbXBsZSBub25jZQ=="};
  WebSocketDecoder decoder_;
  bool accepted_ = false;
  bool failed_ = false;
  Understood understood_;
};

void check_stream(std::string_view stream) {
  const Understood whole = Reader().read(stream, stream.size());
  check(whole.payload.size() <= stream.size());
  check(whole.words.find_first_of("\r\n\x1B") == std::string::npos);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}}) {
    const Understood parts = Reader().read(stream, step);
    check(parts.words == whole.words && parts.payload == whole.payload && parts.controls == whole.controls);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check_stream(bytes);
  check_stream(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n" +
      bytes);
  return 0;
}
