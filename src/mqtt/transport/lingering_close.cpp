#include "lingering_close.h"

#include <sys/socket.h>

#include <array>
#include <asio/buffer.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <memory>
#include <utility>

namespace bridge::mqtt {
namespace {

constexpr std::chrono::seconds longest_wait{2};

/// Keeps itself alive by the operations that are under way.
class LingeringClose : public std::enable_shared_from_this<LingeringClose> {
 public:
  LingeringClose(asio::ip::tcp::socket socket, std::string last)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), last_(std::move(last)) {}

  void begin() {
    send_now();
    timer_.expires_after(longest_wait);
    timer_.async_wait([self = shared_from_this()](const std::error_code&) { self->close(); });
    if (sent_ == last_.size()) {
      end_sending();
    } else {
      asio::async_write(socket_, asio::buffer(last_) + sent_,
                        [self = shared_from_this()](const std::error_code& error, std::size_t) {
                          error ? self->close() : self->end_sending();
                        });
    }
    read();
  }

 private:
  void send_now() {
    if (last_.empty()) return;
    const ssize_t sent =
        ::send(socket_.native_handle(), last_.data(), last_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) sent_ = static_cast<std::size_t>(sent);
  }

  void end_sending() {
    std::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    has_sent_all_ = true;
    if (peer_has_closed_) close();
  }

  void read() {
    socket_.async_read_some(asio::buffer(discarded_),
                            [self = shared_from_this()](const std::error_code& error, std::size_t) {
                              if (!error) return self->read();
                              self->peer_has_closed_ = true;
                              if (self->has_sent_all_) self->close();
                            });
  }

  void close() {
    std::error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
  }

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  std::string last_;
  std::size_t sent_ = 0;
  bool has_sent_all_ = false;
  bool peer_has_closed_ = false;
  std::array<char, 4096> discarded_;
};

}  // namespace

void close_lingering(asio::ip::tcp::socket socket, std::string last) {
  std::make_shared<LingeringClose>(std::move(socket), std::move(last))->begin();
}

}  // namespace bridge::mqtt
