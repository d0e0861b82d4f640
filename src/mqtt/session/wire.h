#pragma once

#include <cstdint>
#include <memory>

#include "../protocol/client_protocol.h"
#include "../transport/transport.h"
#include "session_host.h"

namespace bridge::mqtt {

/// The present transport, and how much of the protocol's output it has taken.
class Wire {
 public:
  explicit Wire(SessionHost& host) : host_(host) {}

  void open(std::unique_ptr<Transport> transport, TransportEvents events);
  /// Closes the transport, if there is one; nothing is told of it any more.
  void close();
  bool is_open() const { return transport_ != nullptr; }
  const Transport& transport() const { return *transport_; }

  /// Writes all that the protocol has, in one write, unless the socket takes no more.
  /// @return true if something was written.
  bool flush(ClientProtocol& protocol, TimePoint now);
  /// The socket takes more again.
  void unblock() { blocked_ = false; }
  /// @return true if all bytes of the protocol's output are written.
  bool is_drained(ClientProtocol& protocol) const { return !blocked_ && protocol.output().empty(); }
  /// Bytes, since the transport was opened.
  std::uint64_t written() const { return written_; }

 private:
  SessionHost& host_;
  std::unique_ptr<Transport> transport_;
  std::uint64_t written_ = 0;
  bool blocked_ = false;
};

}  // namespace bridge::mqtt
