#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "../codec/decode.h"

namespace bridge::mqtt {

/// Cuts what arrives, in pieces of any size, into packets. A packet that lies in one piece is not copied. Of
/// a packet in several pieces the bytes that have come are kept: an announced length reserves no memory.
class PacketReader {
 public:
  struct Arrived {
    Frame frame;
    std::string_view bytes;  // the whole packet; valid until the next call
  };

  /// @param maximum_packet_size in bytes; no larger packet is read
  explicit PacketReader(std::size_t maximum_packet_size) : maximum_packet_size_(maximum_packet_size) {}

  /// Takes the next packet off the front of `bytes`. @return empty if its end has not come; what there is of
  /// it is then kept, and `bytes` is empty.
  /// @throws PacketFault as read_frame() does
  std::optional<Arrived> next(std::string_view& bytes);
  /// Another connection begins.
  void reset();

 private:
  std::optional<Arrived> complete_kept(std::string_view& bytes);

  std::size_t maximum_packet_size_;
  std::string kept_;           // the beginning of a packet whose end has not come
  bool kept_is_told_ = false;  // next() has returned it as a whole
};

}  // namespace bridge::mqtt
