#include "response_writer.h"

#include <array>
#include <charconv>

namespace bridge {
namespace {

constexpr std::size_t stream_portion = 65536;

/// RFC 9112, 7.1.
std::string chunk_of(std::string_view bytes, bool is_last) {
  std::string wire;
  if (!bytes.empty()) {
    std::array<char, 16> size{};
    const auto* end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    wire.append(std::string_view(size.data(), static_cast<std::size_t>(end - size.data())))
        .append("\r\n")
        .append(bytes)
        .append("\r\n");
  }
  if (is_last) wire.append("0\r\n\r\n");
  return wire;
}

}  // namespace

void ResponseWriter::begin(std::string wire) {
  out_ = std::move(wire);
  sent_ = 0;
}

void ResponseWriter::finish() {
  empty_buffer(out_);
  sent_ = 0;
}

void ResponseWriter::release() {
  free_buffer(out_);
  sent_ = 0;
}

void ResponseWriter::follow(std::shared_ptr<Stream> stream, bool http_1_0) {
  stream_ = std::move(stream);
  http_1_0_ = http_1_0;
}

std::string ResponseWriter::take_chunk() {
  auto [bytes, is_last] = stream_->take(stream_portion);
  if (is_last) abandon_stream();
  return http_1_0_ ? std::move(bytes) : chunk_of(bytes, is_last);
}

void ResponseWriter::abandon_stream() {
  if (stream_) std::exchange(stream_, nullptr)->detach();
}

void ResponseWriter::abandon(const Response& response) {
  if (response.stream) response.stream->detach();
}

}  // namespace bridge
