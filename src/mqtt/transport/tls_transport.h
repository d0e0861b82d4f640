#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bridge/tls/openssl_pointers.h"
#include "layer.h"

namespace bridge::mqtt {

/// TLS over another Transport, for a client. OpenSSL reads from the bytes that have arrived and writes into
/// memory, so that all its bytes leave in one write of the lower Transport.
class TlsTransport : public Layer {
 public:
  /// @param session of TlsClientContext, before its handshake.
  TlsTransport(std::unique_ptr<Carrier> lower, SslPtr session);

 protected:
  HandshakeStep shake(std::string_view& bytes) override;
  std::string_view name() const override { return "TLS"; }
  void decode(std::string_view bytes) override;
  std::size_t encode(PartsReader& parts) override;
  void say_farewell() override;

 private:
  void end_with(int outcome);

  SslPtr session_;
  std::string_view incoming_;  // bytes that OpenSSL may read at present
};

}  // namespace bridge::mqtt
