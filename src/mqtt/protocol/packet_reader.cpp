#include "packet_reader.h"

#include <algorithm>

namespace bridge::mqtt {
namespace {

constexpr std::size_t largest_idle = 65536;  // bytes that the buffer keeps when it is empty

}  // namespace

std::optional<PacketReader::Arrived> PacketReader::next(std::string_view& bytes) {
  if (kept_is_told_) reset();
  if (!kept_.empty()) return complete_kept(bytes);
  const std::optional<Frame> frame = read_frame(bytes, maximum_packet_size_);
  if (!frame || bytes.size() < frame->size()) {
    kept_.append(bytes);
    bytes = {};
    return std::nullopt;
  }
  const Arrived arrived{*frame, bytes.substr(0, frame->size())};
  bytes.remove_prefix(frame->size());
  return arrived;
}

std::optional<PacketReader::Arrived> PacketReader::complete_kept(std::string_view& bytes) {
  std::optional<Frame> frame = read_frame(kept_, maximum_packet_size_);
  while (!frame && !bytes.empty()) {
    kept_ += bytes.front();
    bytes.remove_prefix(1);
    frame = read_frame(kept_, maximum_packet_size_);
  }
  if (!frame) return std::nullopt;
  const std::string_view missing = bytes.substr(0, frame->size() - kept_.size());
  kept_.append(missing);
  bytes.remove_prefix(missing.size());
  if (kept_.size() < frame->size()) return std::nullopt;
  kept_is_told_ = true;
  return Arrived{*frame, kept_};
}

void PacketReader::reset() {
  kept_is_told_ = false;
  kept_.clear();
  if (kept_.capacity() > largest_idle) kept_.shrink_to_fit();
}

}  // namespace bridge::mqtt
