#include "tcp_transport.h"

#include <limits.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <cerrno>
#include <utility>

#include "lingering_close.h"
#include "parts_reader.h"

namespace bridge::mqtt {
namespace {

constexpr int user_timeout_ms = 30000;               // RFC 5482
constexpr std::size_t max_bytes_of_a_turn = 262144;  // then the loop's other work has its turn

/// errno in the category that Asio compares by, which may be another than the standard library's.
std::error_code last_error() { return {errno, asio::error::get_system_category()}; }

bool would_block(const std::error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

void set_option(int socket, int level, int option, int value) {
  // If the kernel does not know an option, the connection works all the same.
  ::setsockopt(socket, level, option, &value, sizeof(value));
}

void prepare(asio::ip::tcp::socket& socket) {
  std::error_code error;
  socket.non_blocking(true, error);
  const int descriptor = socket.native_handle();
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms);
  set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, 10);
}

TransportEnd end_of(const std::error_code& error) {
  if (error == asio::error::eof) return {true, "closed by the broker"};
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe)
    return {true, "connection reset by the broker"};
  if (error == asio::error::timed_out) return {false, "the broker's system has not acknowledged for 30 s"};
  return {false, error.message()};
}

/// @return how many bytes were taken; negative: none, see errno.
ssize_t send_some(int socket, PartsReader& reader) {
  std::array<iovec, IOV_MAX> pieces;  // uninitialised on purpose: it is large
  std::size_t count = 0;
  for (PartsReader look = reader; !look.at_end() && count < pieces.size(); ++count) {
    const std::string_view piece = look.front(std::string_view::npos);
    pieces[count] = {const_cast<char*>(piece.data()), piece.size()};
    look.skip(piece.size());
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) reader.skip(static_cast<std::size_t>(sent));
  return sent;
}

}  // namespace

TcpTransport::TcpTransport(asio::ip::tcp::socket socket)
    : socket_(std::move(socket)),
      descriptor_(socket_.native_handle()),
      shared_(std::make_shared_for_overwrite<Shared>()) {
  shared_->owner = this;
  prepare(socket_);
}

TcpTransport::~TcpTransport() { shared_->owner = nullptr; }

void TcpTransport::start(TransportEvents events) {
  events_ = std::move(events);
  read();
}

/// Asio tries to read at once, and where that finds nothing it waits without a further system call, since the
/// socket is registered edge-triggered. While acknowledgements come in, four of five tries find some;
/// async_wait() would cost an epoll_ctl() each time.
void TcpTransport::read() {
  socket_.async_read_some(asio::buffer(shared_->buffer),
                          [shared = shared_](const std::error_code& error, std::size_t size) {
                            if (shared->owner != nullptr) shared->owner->on_read(error, size);
                          });
}

void TcpTransport::on_read(std::error_code error, std::size_t size) {
  if (!socket_.is_open()) return;
  if (error) return end(error);
  set_option(descriptor_, IPPROTO_TCP, TCP_QUICKACK, 1);  // the kernel forgets it by itself
  if (!deliver(size)) return;
  for (std::size_t total = size; size == shared_->buffer.size() && total < max_bytes_of_a_turn;
       total += size) {
    const ssize_t n = ::recv(descriptor_, shared_->buffer.data(), shared_->buffer.size(), 0);
    if (n == 0) return end(asio::error::eof);
    if (n < 0 && would_block(last_error())) break;
    if (n < 0) return end(last_error());
    size = static_cast<std::size_t>(n);
    if (!deliver(size)) return;
  }
  read();
}

/// @return true if the connection is still open.
bool TcpTransport::deliver(std::size_t size) {
  received_ += size;
  received_at_ = std::chrono::steady_clock::now();
  events_.on_received({shared_->buffer.data(), size});
  return socket_.is_open();
}

std::size_t TcpTransport::write(std::span<const std::string_view> parts) {
  if (!socket_.is_open() || write_error_) return 0;
  PartsReader reader(parts);
  std::size_t taken = 0;
  while (!reader.at_end()) {
    const ssize_t sent = send_some(descriptor_, reader);
    if (sent >= 0) {
      taken += static_cast<std::size_t>(sent);
    } else if (const std::error_code error = last_error(); would_block(error)) {
      wait_for_room();
      break;
    } else {
      write_error_ = error;  // reading finds the end, too, and tells it
      break;
    }
  }
  written_ += taken;
  return taken;
}

void TcpTransport::wait_for_room() {
  if (std::exchange(waits_for_room_, true)) return;
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [shared = shared_](const std::error_code& error) {
    TcpTransport* self = shared->owner;
    if (self == nullptr || !self->socket_.is_open()) return;
    self->waits_for_room_ = false;
    if (!error && self->events_.on_writable) self->events_.on_writable();
  });
}

void TcpTransport::end(std::error_code error) {
  // The system tells an error to whoever asks first, and the end of the stream to whoever asks next.
  if (error == asio::error::eof && write_error_) error = write_error_;
  std::error_code ignored;
  socket_.close(ignored);
  events_.on_closed(end_of(error));
}

void TcpTransport::close_after(std::string last) {
  if (!socket_.is_open()) return;
  std::error_code ignored;
  socket_.cancel(ignored);
  close_lingering(std::exchange(socket_, asio::ip::tcp::socket(socket_.get_executor())), std::move(last));
}

void TcpTransport::call_later(std::function<void()> task) {
  asio::post(socket_.get_executor(), [shared = shared_, task = std::move(task)] {
    if (shared->owner != nullptr) task();
  });
}

Traffic TcpTransport::traffic() const {
  int queued = 0;  // not sent, or not acknowledged (tcp(7), SIOCOUTQ)
  if (!socket_.is_open() || ::ioctl(descriptor_, SIOCOUTQ, &queued) != 0 || queued < 0) queued = 0;
  const auto waiting = std::min(static_cast<std::uint64_t>(queued), written_);
  return {received_, received_at_, written_ - waiting, waiting};
}

}  // namespace bridge::mqtt
