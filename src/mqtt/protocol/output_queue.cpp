#include "output_queue.h"

#include <algorithm>
#include <utility>

namespace bridge::mqtt {
namespace {

constexpr std::size_t largest_idle_buffer = 262144;    // bytes that the buffer keeps when it is empty
constexpr std::size_t written_before_tidying = 65536;  // bytes

}  // namespace

void OutputQueue::begin(Version version) { *this = OutputQueue{}, version_ = version; }

std::uint64_t OutputQueue::add_publish(Outgoing& message, const PublishHead& head) {
  if (is_ended_) return never;
  const std::size_t before = buffer_.size();
  encode_publish_head(buffer_, message.message, head, version_);
  const std::string& payload = message.message.payload;
  const Queued packet{0, &message, head.packet_identifier, head.dup ? Kind::publish_again : Kind::publish};
  if (payload.size() <= largest_copied_payload) {
    buffer_.append(payload);
    return commit(packet, before, 0);
  }
  references_.push_back({buffer_begin_ + buffer_.size(), payload, &message, nullptr});
  return commit(packet, before, payload.size());
}

std::uint64_t OutputQueue::add_acknowledgement(PacketType type, std::uint16_t packet_identifier,
                                               std::uint8_t reason_code, Kind kind) {
  if (is_ended_) return never;
  const std::size_t before = buffer_.size();
  encode_acknowledgement(buffer_, type, packet_identifier, reason_code, version_);
  if (kind == Kind::answer) ++answers_;
  return commit({0, nullptr, 0, kind}, before, 0);
}

std::uint64_t OutputQueue::add(const Packet& packet) {
  if (is_ended_) return never;
  const std::size_t before = buffer_.size();
  encode(buffer_, packet, version_);
  return commit({}, before, 0);
}

std::uint64_t OutputQueue::commit(Queued packet, std::size_t buffered_before, std::size_t referenced) {
  end_ += buffer_.size() - buffered_before + referenced;
  packet.end = end_;
  packets_.push_back(packet);
  return end_;
}

void OutputQueue::cut(std::uint8_t reason_code) {
  const bool may_speak =
      !is_ended_ && !is_cut_ && written_ > 0 && !has_begun_first() && version_ == Version::v5;
  last_words_.clear();
  if (may_speak && reason_code != 0) encode(last_words_, Disconnect{reason_code, {}}, version_);
  is_ended_ = is_cut_ = true;
}

std::span<const std::string_view> OutputQueue::parts() {
  parts_.clear();
  if (is_cut_) {
    if (!last_words_.empty()) parts_.push_back(last_words_);
    return parts_;
  }
  std::size_t at = buffer_front_;
  const std::string_view buffer = buffer_;
  for (std::size_t i = 0; i < references_.size(); ++i) {
    const auto until = static_cast<std::size_t>(references_[i].copied_before - buffer_begin_);
    if (until > at) parts_.push_back(buffer.substr(at, until - at));
    parts_.push_back(references_[i].payload);
    at = until;
  }
  if (buffer.size() > at) parts_.push_back(buffer.substr(at));
  return parts_;
}

void OutputQueue::written(std::size_t bytes) {
  if (is_cut_) {
    last_words_.erase(0, bytes);
    return;
  }
  written_ += bytes;
  drop_written(bytes);
  tidy_buffer();
}

void OutputQueue::drop_written(std::size_t bytes) {
  while (!references_.empty()) {
    Reference& next = references_.front();
    const std::size_t before = static_cast<std::size_t>(next.copied_before - buffer_begin_) - buffer_front_;
    buffer_front_ += std::min(bytes, before);
    if (bytes < before) return;
    bytes -= before;
    const std::size_t of_payload = std::min(bytes, next.payload.size());
    next.payload.remove_prefix(of_payload);
    bytes -= of_payload;
    if (!next.payload.empty()) return;
    references_.pop_front();
  }
  buffer_front_ += bytes;
}

/// The buffer of a connection whose socket never takes all at once must not grow for ever.
void OutputQueue::tidy_buffer() {
  const bool is_empty = buffer_front_ == buffer_.size();
  if (!is_empty && (buffer_front_ < written_before_tidying || buffer_front_ < buffer_.size() / 2)) return;
  buffer_begin_ += buffer_front_;
  buffer_.erase(0, buffer_front_);
  buffer_front_ = 0;
  if (buffer_.empty() && buffer_.capacity() > largest_idle_buffer) buffer_.shrink_to_fit();
}

bool OutputQueue::pop_written(Queued& packet) {
  if (packets_.empty() || packets_.front().end > written_) return false;
  packet = packets_.front();
  packets_.pop_front();
  first_begin_ = packet.end;
  if (packet.kind == Kind::answer) --answers_;
  return true;
}

std::uint64_t OutputQueue::waiting() const {
  return end_ - (has_begun_first() ? packets_.front().end : written_);
}

void OutputQueue::detach(const Outgoing& message) {
  for (std::size_t i = 0; i < packets_.size(); ++i)
    if (packets_[i].message == &message) packets_[i].message = nullptr;
  for (std::size_t i = 0; i < references_.size(); ++i) {
    Reference& reference = references_[i];
    if (reference.message != &message) continue;
    reference.copy = std::make_unique<std::string>(reference.payload);
    reference.payload = *reference.copy;
    reference.message = nullptr;
  }
}

}  // namespace bridge::mqtt
