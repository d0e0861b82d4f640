#include "channel.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>

namespace bridge {
namespace {

/// Called right after the system call.
Channel::Progress blocked_or_ended(Channel::Progress what_for) {
  const bool blocked = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return blocked ? what_for : Channel::Progress::ended;
}

}  // namespace

bool Channel::prepare() {
  std::error_code error;
  socket_.non_blocking(true, error);
  if (error) return false;
  const int on = 1;  // a Unix socket has no such option, and no need of it
  tcp_ = setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0;
  return true;
}

void Channel::acknowledge() {
  const int on = 1;
  if (tcp_) setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

Channel::Progress Channel::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(tls_.get());
  if (result == 1) return Progress::done;
  return ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST ? Progress::plain_http : tls_progress(result);
}

Channel::Progress Channel::tls_progress(int result) {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Progress::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Progress::wants_write;
    default:
      ERR_clear_error();
      return Progress::ended;
  }
}

Channel::Transfer Channel::read(char* into, std::size_t size) {
  if (!tls_) return discard(into, size);
  Transfer total{Progress::done, 0};
  while (total.bytes < size) {  // one record at a time
    ERR_clear_error();
    std::size_t n = 0;
    const int result = SSL_read_ex(tls_.get(), into + total.bytes, size - total.bytes, &n);
    total.bytes += n;
    if (result == 1) continue;
    const Progress why = tls_progress(result);
    if (total.bytes == 0 || why == Progress::wants_write) total.progress = why;
    break;
  }
  return total;
}

Channel::Transfer Channel::discard(char* into, std::size_t size) {
  const ssize_t n = ::recv(socket_.native_handle(), into, size, 0);
  if (n > 0) return {Progress::done, static_cast<std::size_t>(n)};
  return {n == 0 ? Progress::ended : blocked_or_ended(Progress::wants_read), 0};
}

Channel::Transfer Channel::write(std::string_view bytes) {
  Transfer total{Progress::done, 0};
  while (total.bytes < bytes.size()) {
    const std::string_view rest = bytes.substr(total.bytes);
    if (tls_) {
      ERR_clear_error();
      std::size_t n = 0;
      const int result = SSL_write_ex(tls_.get(), rest.data(), rest.size(), &n);
      total.bytes += n;
      if (result != 1) return {tls_progress(result), total.bytes};
    } else {
      const ssize_t n = ::send(socket_.native_handle(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (n < 0) return {blocked_or_ended(Progress::wants_write), total.bytes};
      total.bytes += static_cast<std::size_t>(n);
    }
  }
  return total;
}

bool Channel::end_sending() {
  if (tls_ && !needs_handshake()) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  std::error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  return !error;
}

void Channel::close() {
  std::error_code error;
  socket_.close(error);
}

}  // namespace bridge
