#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../codec/encode.h"
#include "../codec/packet.h"
#include "bridge/core/session.h"
#include "ring.h"

namespace bridge::mqtt {

/// The packets of one connection on their way to the socket, in order. Small ones are copied behind each
/// other into one buffer; a payload above some KiB is referred to and never copied. A position is a count of
/// bytes since the connection began; a packet that ends at or below the written position was written.
class OutputQueue {
 public:
  static constexpr std::size_t largest_copied_payload = 4096;  // bytes
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  enum class Kind : std::uint8_t {
    publish,        // sent for the first time
    publish_again,  // sent again with DUP
    answer,         // to a packet of the broker's, which decides how many there are
    other,
  };
  struct Queued {
    std::uint64_t end = 0;  // position
    Outgoing* message = nullptr;
    std::uint16_t packet_identifier = 0;
    Kind kind = Kind::other;
  };

  /// A connection begins: nothing is left of the one before.
  void begin(Version version);
  Version version() const { return version_; }

  // All add functions @return the position of the packet's end; after end() or cut() they do nothing and
  // return `never`.

  std::uint64_t add_publish(Outgoing& message, const PublishHead& head);
  std::uint64_t add_acknowledgement(PacketType type, std::uint16_t packet_identifier,
                                    std::uint8_t reason_code, Kind kind);
  std::uint64_t add(const Packet& packet);

  /// Nothing follows a DISCONNECT (MQTT 5.0, 3.14.4).
  void end() { is_ended_ = true; }
  /// Drops what was not written.
  /// @param reason_code of a DISCONNECT that is written instead; 0: none. It is left out with MQTT 3.1.1, if
  ///   nothing was written, and if a packet is partly written: the broker would take it for the rest of that
  ///   packet.
  void cut(std::uint8_t reason_code);

  /// Valid until the next call of a function that is not const.
  std::span<const std::string_view> parts();
  /// The first `bytes` of parts() were written.
  void written(std::size_t bytes);
  std::uint64_t written() const { return written_; }
  /// Removes the next packet that was written to its end, one at a call. @return true if there was one.
  bool pop_written(Queued& packet);
  /// Packets that were not written to their end, or not taken by pop_written(), in order.
  const Ring<Queued>& packets() const { return packets_; }
  /// @return true if the first of packets() was written in part.
  bool has_begun_first() const { return !packets_.empty() && written_ > first_begin_; }
  bool empty() const { return packets_.empty(); }
  /// Bytes that wait behind the packet that is going out.
  std::uint64_t waiting() const;
  std::size_t answers() const { return answers_; }
  /// Gives up the reference to `message`, which is about to go: copies what is not written of it.
  void detach(const Outgoing& message);

 private:
  struct Reference {
    std::uint64_t copied_before = 0;  // it follows so many bytes of the buffer, since the connection began
    std::string_view payload;         // the part that is not written
    const Outgoing* message = nullptr;
    std::unique_ptr<std::string> copy;  // of a payload that was detached
  };

  std::uint64_t commit(Queued packet, std::size_t buffered_before, std::size_t referenced);
  void drop_written(std::size_t bytes);
  void tidy_buffer();

  Version version_ = Version::v5;
  std::string buffer_;
  std::size_t buffer_front_ = 0;    // the first byte of the buffer that was not written
  std::uint64_t buffer_begin_ = 0;  // bytes that were in the buffer before its first
  Ring<Reference> references_;
  Ring<Queued> packets_;
  std::uint64_t first_begin_ = 0;  // position at which the first of packets_ begins
  std::uint64_t written_ = 0;      // position
  std::uint64_t end_ = 0;          // position
  std::size_t answers_ = 0;        // among packets_
  bool is_ended_ = false;
  bool is_cut_ = false;
  std::string last_words_;  // in place of all that was cut
  std::vector<std::string_view> parts_;
};

}  // namespace bridge::mqtt
