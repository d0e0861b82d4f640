#include "tls_transport.h"

#include <openssl/err.h>

#include <array>
#include <new>
#include <utility>

#include "bridge/tls/failure_words.h"
#include "memory_bio.h"

namespace bridge::mqtt {
namespace {

constexpr std::size_t record_size = 16384;    // of payload, at most (RFC 8446, 5.1)
constexpr std::size_t records_at_a_time = 4;  // then the encrypted bytes are written

/// The next record's payload: a long piece as it stands, short ones gathered.
std::string_view next_record(const PartsReader& parts, std::array<char, record_size>& gathered) {
  const std::string_view first = parts.front(record_size);
  if (first.size() == record_size) return first;
  std::size_t size = 0;
  for (PartsReader look = parts; !look.at_end() && size < gathered.size();) {
    const std::size_t copied =
        look.front(gathered.size() - size).copy(gathered.data() + size, gathered.size() - size);
    look.skip(copied);
    size += copied;
  }
  return {gathered.data(), size};
}

}  // namespace

TlsTransport::TlsTransport(std::unique_ptr<Carrier> lower, SslPtr session)
    : Layer(std::move(lower)), session_(std::move(session)) {
  BIO* bio = make_memory_bio(incoming_, outgoing());
  if (bio == nullptr) throw std::bad_alloc();
  SSL_set_bio(session_.get(), bio, bio);
}

Layer::HandshakeStep TlsTransport::shake(std::string_view& bytes) {
  incoming_ = bytes;
  ERR_clear_error();
  const int outcome = SSL_do_handshake(session_.get());
  bytes = std::exchange(incoming_, {});
  if (outcome == 1) return {true, std::nullopt};
  if (SSL_get_error(session_.get(), outcome) == SSL_ERROR_WANT_READ) return {};
  return {false, ConnectFailure{ConnectFailure::Kind::tls, tls_failure_words(*session_)}};
}

void TlsTransport::decode(std::string_view bytes) {
  incoming_ = bytes;
  std::array<char, record_size> payload;
  while (!has_ended()) {
    std::size_t size = 0;
    ERR_clear_error();
    const int outcome = SSL_read_ex(session_.get(), payload.data(), payload.size(), &size);
    if (outcome != 1) {
      end_with(outcome);
      break;
    }
    deliver({payload.data(), size});
  }
  incoming_ = {};
}

void TlsTransport::end_with(int outcome) {
  const int error = SSL_get_error(session_.get(), outcome);
  if (error == SSL_ERROR_WANT_READ) return;
  if (error == SSL_ERROR_ZERO_RETURN) return end({true, "closed by the broker"});  // close_notify
  end({(SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0,
       "TLS: " + tls_failure_words(*session_)});
}

std::size_t TlsTransport::encode(PartsReader& parts) {
  std::array<char, record_size> gathered;
  std::size_t total = 0;
  for (std::size_t i = 0; i < records_at_a_time && !parts.at_end(); ++i) {
    const std::string_view payload = next_record(parts, gathered);
    std::size_t size = 0;
    ERR_clear_error();
    if (SSL_write_ex(session_.get(), payload.data(), payload.size(), &size) != 1) {
      call_later([this, words = "TLS: " + tls_failure_words(*session_)] { end({false, words}); });
      break;
    }
    parts.skip(size);
    total += size;
  }
  return total;
}

void TlsTransport::say_farewell() {
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

}  // namespace bridge::mqtt
