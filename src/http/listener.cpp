#include "listener.h"

#include <asio/post.hpp>
#include <utility>

#include "bridge/core/error.h"

namespace bridge {
namespace {

constexpr std::chrono::milliseconds pause_after_error{100};
constexpr std::chrono::seconds between_warnings{10};

}  // namespace

Listener::Listener(const HttpSettings& settings, const std::vector<std::unique_ptr<EventLoop>>& loops,
                   ConnectionCount& open, const TlsServerContext* tls, Logger& logger, Counters& counters)
    : endpoint_(settings),
      loops_(loops),
      open_(open),
      tls_(tls),
      logger_(logger),
      counters_(counters),
      acceptor_(loops.front()->context()),
      pause_(loops.front()->context()) {}

void Listener::open() {
  try {
    endpoint_.open(acceptor_);
  } catch (const std::system_error& error) {
    throw Error(Errc::internal, "cannot listen on " + endpoint_.text() + ": " + error.code().message());
  }
  is_open_ = true;
  accept();
}

void Listener::accept() {
  EventLoop& loop = *loops_[next_loop_];
  next_loop_ = (next_loop_ + 1) % loops_.size();
  acceptor_.async_accept(loop.context(), [this, &loop](const std::error_code& error, Socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) return pause(error);
    accepted(std::move(socket), loop);
    accept();
  });
}

void Listener::accepted(Socket socket, EventLoop& loop) {
  std::error_code error;
  std::string address = address_group(socket.remote_endpoint(error));
  if (error) return;  // gone already
  SslPtr session = tls_ == nullptr ? nullptr : tls_->session(socket.native_handle());
  if (tls_ != nullptr && !session) return;  // never in the clear instead
  Channel channel(std::move(socket), std::move(session));
  if (open_.try_add(address)) return loop.serve(std::move(channel), std::move(address));
  counters_.http_connections_refused.add();
  loop.reject_at_accept(std::move(channel));
}

/// Stops accepting for a while: the process is most likely out of descriptors or memory. Connections that are
/// open go on, and give some back when they close.
void Listener::pause(const std::error_code& error) {
  const TimePoint now = std::chrono::steady_clock::now();
  if (now - told_at_ >= between_warnings) {
    told_at_ = now;
    logger_.warn("Cannot accept connections for the moment: " + error.message());
  }
  pause_.expires_after(pause_after_error);
  pause_.async_wait([this](const std::error_code& cancelled) {
    if (!cancelled && acceptor_.is_open()) accept();
  });
}

void Listener::close() {
  if (std::exchange(is_open_, false))
    endpoint_.remove();  // at once: the loop may end before it comes to that, and it must be open still
  asio::post(acceptor_.get_executor(), [this] {
    if (!acceptor_.is_open()) return;
    std::error_code error;
    acceptor_.close(error);
    pause_.cancel();
  });
}

}  // namespace bridge
