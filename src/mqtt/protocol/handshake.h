#pragma once

#include <string>
#include <utility>

#include "../codec/packet.h"
#include "connect_settings.h"
#include "packet_reader.h"
#include "protocol_events.h"

namespace bridge::mqtt {

/// CONNECT and CONNACK, and what is known of the session between connections: whether the broker may have it,
/// and under which Client Identifier.
class Handshake {
 public:
  explicit Handshake(ConnectSettings settings) : settings_(std::move(settings)) {}

  /// The CONNECT of a new connection; valid until the next call.
  /// @param is_unfit the session may not be resumed, even if the broker has it
  const Connect& connect(Version version, bool is_unfit);
  /// The first packet of the broker's. @throws PacketFault 0x82 if it is no CONNACK, or one that does not
  /// fit.
  ConnackReceived connack(const PacketReader::Arrived& arrived);
  /// The next CONNECT says Clean Start.
  void start_anew() { has_session_ = false; }

 private:
  ConnackReceived read(const Connack& connack, bool has_properties) const;

  const ConnectSettings settings_;
  Connect connect_;                         // refers to settings_ and assigned_client_identifier_
  std::string assigned_client_identifier_;  // empty: ours holds
  bool has_session_ = false;                // the broker may have one that is ours
};

}  // namespace bridge::mqtt
