#include "listener.h"

#include <asio/post.hpp>
#include <utility>

#include "bridge/core/error.h"
#include "problem.h"

namespace bridge {
namespace {

using asio::ip::tcp;

constexpr int backlog = 4096;
constexpr std::chrono::milliseconds pause_after_error{100};

tcp::endpoint endpoint_of(const HttpSettings& settings) {
  const std::string address = settings.address == "localhost" ? "127.0.0.1" : settings.address;
  return {asio::ip::make_address(address), settings.port};
}

}  // namespace

Listener::Listener(const HttpSettings& settings, const std::vector<std::unique_ptr<EventLoop>>& loops,
                   ConnectionCount& open, Logger& logger, Counters& counters)
    : settings_(settings),
      loops_(loops),
      open_(open),
      logger_(logger),
      counters_(counters),
      acceptor_(loops.front()->context()),
      pause_(loops.front()->context()) {}

void Listener::open() {
  try {
    const tcp::endpoint endpoint = endpoint_of(settings_);
    acceptor_.open(endpoint.protocol());
    // Only for a port that an earlier process has just left; two that listen at once exclude each other.
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen(backlog);
  } catch (const std::system_error& error) {
    throw Error(Errc::internal, "cannot listen on " + settings_.address + " port " +
                                    std::to_string(settings_.port) + ": " + error.code().message());
  }
  accept();
}

void Listener::accept() {
  EventLoop& loop = *loops_[next_loop_];
  next_loop_ = (next_loop_ + 1) % loops_.size();
  acceptor_.async_accept(loop.context(), [this, &loop](const std::error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) return pause(error);
    accepted(std::move(socket), loop);
    accept();
  });
}

void Listener::accepted(tcp::socket socket, EventLoop& loop) {
  std::error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;  // gone already
  std::string address = peer.address().to_string();
  if (!open_.try_add(address)) return refuse(std::move(socket));
  loop.serve(std::move(socket), std::move(address));
}

void Listener::refuse(tcp::socket socket) {
  counters_.http_connections_refused.add();
  static const std::string answer = to_wire(
      problem_response(Error(Errc::queue_full, "too many connections are open")), {false, false, false});
  std::error_code error;
  socket.non_blocking(true, error);
  socket.write_some(asio::buffer(answer), error);
}

void Listener::pause(const std::error_code& error) {
  logger_.warn("Cannot accept connections for a moment: " + error.message());
  pause_.expires_after(pause_after_error);
  pause_.async_wait([this](const std::error_code& cancelled) {
    if (!cancelled && acceptor_.is_open()) accept();
  });
}

void Listener::close() {
  asio::post(acceptor_.get_executor(), [this] {
    std::error_code error;
    acceptor_.close(error);
    pause_.cancel();
  });
}

}  // namespace bridge
