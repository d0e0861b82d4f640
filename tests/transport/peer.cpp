#include "peer.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <csignal>

#include "support/timing.h"
#include "websocket_handshake.h"

namespace bridge::test {
namespace {

/// @param known the known protocols, as ALPN writes them. It must outlive the handshake, since the choice
///   points into it.
int choose(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
           unsigned int offered_length, void* known) {
  const auto& list = *static_cast<const std::string*>(known);
  unsigned char* selected = nullptr;
  const int outcome =
      SSL_select_next_proto(&selected, length, reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned>(list.size()), offered, offered_length);
  *chosen = selected;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Blocks SIGPIPE for this thread alone: the code under test must do without.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

bool Peer::shake_hands(const PeerTls& tls) {
  context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = context_.get();
  if (tls.newest != 0) SSL_CTX_set_max_proto_version(context, tls.newest);
  SSL_CTX_use_certificate_chain_file(context, tls.certificate.cert_file.c_str());
  SSL_CTX_use_PrivateKey_file(context, tls.certificate.key_file.c_str(), SSL_FILETYPE_PEM);
  if (!tls.client_ca_file.empty()) {
    SSL_CTX_load_verify_locations(context, tls.client_ca_file.c_str(), nullptr);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  std::string known = std::string(1, static_cast<char>(tls.protocol.size())) + tls.protocol;
  if (!tls.protocol.empty()) SSL_CTX_set_alpn_select_cb(context, choose, &known);
  session_.reset(SSL_new(context));
  SSL_set_fd(session_.get(), socket_.descriptor());
  const bool done = SSL_accept(session_.get()) == 1;
  ERR_clear_error();
  return done;
}

bool Peer::send(std::string_view bytes) {
  if (!session_) return socket_.send_all(bytes);
  std::size_t written = 0;
  return SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written) == 1;
}

std::string Peer::receive_some() {
  if (!ahead_.empty()) return std::exchange(ahead_, std::string());
  if (!session_) return socket_.receive(within(patience)).value_or("");
  std::string bytes(65536, '\0');
  std::size_t size = 0;
  if (SSL_read_ex(session_.get(), bytes.data(), bytes.size(), &size) != 1) size = 0;
  ERR_clear_error();
  bytes.resize(size);
  return bytes;
}

std::string Peer::receive(std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    const std::string some = receive_some();
    if (some.empty()) break;
    bytes += some;
  }
  if (bytes.size() > size) {
    ahead_ = bytes.substr(size);
    bytes.resize(size);
  }
  return bytes;
}

std::string Peer::receive_all() {
  std::string bytes;
  for (std::string some = receive_some(); !some.empty(); some = receive_some()) bytes += some;
  return bytes;
}

std::string Peer::receive_head() {
  std::string bytes;
  while (bytes.find("\r\n\r\n") == bytes.npos) {
    const std::string some = receive_some();
    if (some.empty()) return bytes;
    bytes += some;
  }
  const std::size_t end = bytes.find("\r\n\r\n") + 4;
  ahead_ = bytes.substr(end);
  return bytes.substr(0, end);
}

bool Peer::accept_websocket(std::string_view behind) {
  const std::string head = receive_head();
  const std::string name = "Sec-WebSocket-Key: ";
  const std::size_t at = head.find(name);
  if (at == head.npos) return false;
  const std::string key = head.substr(at + name.size(), 24);
  return send(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      mqtt::websocket_accept_of(key) + "\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n" + std::string(behind));
}

std::string Peer::receive_frame() {
  const std::string first = receive(2);
  if (first.size() < 2 || (first[1] & 0x80) == 0) return {};
  std::size_t size = first[1] & 0x7F;
  if (size >= 126) {
    const std::string length = receive(size == 126 ? 2 : 8);
    size = 0;
    for (const char c : length) size = size << 8 | static_cast<unsigned char>(c);
  }
  const std::string key = receive(4);
  std::string payload = receive(size);
  if (key.size() < 4) return {};
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ key[i % 4]);
  return first.substr(0, 1) + payload;
}

void Peer::end_tls() {
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

void Peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  socket_.close();
}

PeerThread::PeerThread(std::function<void(Peer&)> script)
    : thread_([this, script = std::move(script)] {
        block_sigpipe();
        Socket socket = listener_.accept(within(patience));
        if (!socket.is_open()) return;
        Peer peer(std::move(socket));
        script(peer);
      }) {}

PeerThread::~PeerThread() {
  listener_.shut_down();
  thread_.join();
}

}  // namespace bridge::test
