#pragma once

#include <asio/generic/stream_protocol.hpp>
#include <asio/post.hpp>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>

#include "bridge/tls/openssl_pointers.h"

namespace bridge {

/// The bytes of one connection, over TCP or a Unix socket, plain or under TLS. Nothing here blocks: what
/// cannot go on says what it waits for. For the thread of one event loop.
class Channel {
 public:
  using Socket = asio::generic::stream_protocol::socket;

  enum class Progress {
    done,
    wants_read,   // when there is something to read
    wants_write,  // when there is room to write
    plain_http,   // the handshake only: that was not TLS, but a request in the clear
    ended,        // closed by the peer, or broken
  };

  struct Transfer {
    Progress progress;
    std::size_t bytes;  // also where it could not go on to the end
  };

  /// @param tls null: plain.
  Channel(Socket socket, SslPtr tls) : socket_(std::move(socket)), tls_(std::move(tls)) {}

  /// Makes the socket ready for the loop. @return false if that fails.
  bool prepare();
  bool is_open() const { return socket_.is_open(); }
  bool needs_handshake() const { return tls_ != nullptr && SSL_is_init_finished(tls_.get()) == 0; }
  Progress handshake();
  /// Reads what there is, at most `size` bytes; done with 0 bytes does not happen.
  Transfer read(char* into, std::size_t size);
  /// Writes as much as there is room for.
  Transfer write(std::string_view bytes);
  /// Reads without understanding, to throw away; for after end_sending().
  Transfer discard(char* into, std::size_t size);
  /// Has the kernel acknowledge at once what has been read. A client that writes head and body apart, with
  /// Nagle's algorithm on (RFC 9293, 3.7.4), waits with the second part for that, and the kernel would wait
  /// 40 ms for an answer to send it with.
  void acknowledge();
  /// Says that nothing more will be sent; can still be read from. @return false if the connection is broken.
  bool end_sending();
  void close();

  // These call back when read() or write() may go on, or never if the channel is closed before. The channel
  // must live until then, and not be moved.

  template <class Callback>
  void when_readable(Callback callback) {
    socket_.async_wait(Socket::wait_read, [callback = std::move(callback)](const std::error_code& error) {
      if (!error) callback();
    });
  }
  /// Calls back when read() has bytes to give, or the end. While one call is awaited, no other is added.
  /// @param below_tls for discard(): what TLS has decrypted already does not count.
  template <class Callback>
  void when_bytes_come(bool below_tls, Callback callback) {
    if (std::exchange(awaits_bytes_, true)) return;
    auto call = [this, callback = std::move(callback)] {
      awaits_bytes_ = false;
      callback();
    };
    if (!below_tls && has_buffered())
      asio::post(socket_.get_executor(), std::move(call));
    else
      when_readable(std::move(call));
  }
  template <class Callback>
  void when_writable(Callback callback) {
    socket_.async_wait(Socket::wait_write, [callback = std::move(callback)](const std::error_code& error) {
      if (!error) callback();
    });
  }
  /// Goes on in the clear, after plain_http.
  void drop_tls() { tls_.reset(); }

 private:
  Progress tls_progress(int result);
  /// The TLS layer has something to say that the socket cannot tell of: bytes, or the end.
  bool has_buffered() const {
    return tls_ != nullptr &&
           (SSL_pending(tls_.get()) > 0 || (SSL_get_shutdown(tls_.get()) & SSL_RECEIVED_SHUTDOWN) != 0);
  }

  Socket socket_;
  SslPtr tls_;
  bool tcp_ = false;
  bool awaits_bytes_ = false;
};

}  // namespace bridge
