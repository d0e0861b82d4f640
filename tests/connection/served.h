#pragma once

#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connection_server.h"
#include "fakes/memory_logger.h"
#include "support/http_client.h"
#include "support/socket.h"

namespace bridge::test {

constexpr auto soon = std::chrono::seconds(5);

/// The connection layer with routes for tests: `/echo` gives the content back, `/take` does not. `/wait`
/// keeps the right to answer, as do `/hurry`, for a second, and `/reserve?N`, for an answer of N bytes.
/// `/large?N` answers N bytes; `/block` blocks its loop; `/stream` hands its connection over.
class Served {
 public:
  explicit Served(HttpSettings settings = {}, std::chrono::seconds answer_timeout = std::chrono::seconds(30))
      : settings_(std::move(settings)),
        loops_(settings_.threads == 0 ? 2 : settings_.threads),
        server_(loops_, (add_routes(), prepared()), answer_timeout, gateway_, logger_, counters_) {
    server_.start();
    loops_.start();
  }
  ~Served() {
    server_.stop(std::chrono::milliseconds(0));
    loops_.stop();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  std::uint16_t port() const { return settings_.port; }
  HttpClient client() const { return HttpClient(settings_.port); }
  ConnectionServer& server() { return server_; }
  Counters& counters() { return counters_; }

  /// The right to answer that the n-th request to /wait left behind.
  Responder responder(std::size_t n) {
    eventually(within(soon), [&] { return waiting() > n; });
    const std::lock_guard lock(mutex_);
    return responders_.at(n);
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return responders_.size();
  }
  void forget_responders() {
    const std::lock_guard lock(mutex_);
    responders_.clear();
  }

  /// Waits until the request to /block has come.
  void wait_until_blocked() { blocked_.wait(); }
  void unblock() { unblocked_.count_down(); }

  /// The stream of the n-th request to /stream.
  std::shared_ptr<Stream> stream(std::size_t n) {
    eventually(within(soon), [&] { return streams() > n; });
    const std::lock_guard lock(mutex_);
    return streams_.at(n);
  }
  std::size_t streams() const {
    const std::lock_guard lock(mutex_);
    return streams_.size();
  }
  int ended() const { return ended_; }

  static constexpr std::size_t max_backlog = 262144;
  static constexpr const char* overflow_notice = "overflow\n";

 private:
  const HttpSettings& prepared() {
    settings_.port = free_port();
    return settings_;
  }

  void add_routes() {
    gateway_.route("POST", "/echo", [](RequestContext& context) {
      context.budget.reserve(context.content.size());
      context.responder.complete({200, "text/plain", context.content, {}});
    });
    gateway_.route("POST", "/take",
                   [](RequestContext& context) { context.responder.complete(json_response(200, "{}")); });
    gateway_.route("GET", "/wait", [this](RequestContext& context) { keep(context.responder); });
    gateway_.route("GET", "/hurry", [this](RequestContext& context) {
      context.budget.answer_within(std::chrono::seconds(1));
      keep(context.responder);
    });
    gateway_.route("POST", "/reserve", [this](RequestContext& context) {
      context.budget.reserve(std::stoul(std::string(context.head.query())));
      keep(context.responder);
    });
    gateway_.route("GET", "/large", [](RequestContext& context) {
      const std::size_t size = std::stoul(std::string(context.head.query()));
      context.responder.complete({200, "text/plain", std::string(size, 'x'), {}});
    });
    gateway_.route("GET", "/block", [this](RequestContext& context) {
      blocked_.count_down();
      unblocked_.wait();
      context.responder.complete(json_response(200, "{}"));
    });
    gateway_.route("GET", "/stream", [this](RequestContext& context) {
      auto stream =
          std::make_shared<Stream>(Stream::Options{max_backlog, overflow_notice, [this] { ++ended_; }});
      {
        const std::lock_guard lock(mutex_);
        streams_.push_back(stream);
      }
      Response response{200, "text/plain", "", {}};
      response.stream = stream;
      context.responder.complete(std::move(response));
    });
  }

  void keep(const Responder& responder) {
    const std::lock_guard lock(mutex_);
    responders_.push_back(responder);
  }

  HttpSettings settings_;
  MemoryLogger logger_;
  Counters counters_;
  HttplibGateway gateway_;
  mutable std::mutex mutex_;
  std::vector<Responder> responders_;
  std::vector<std::shared_ptr<Stream>> streams_;
  std::atomic<int> ended_ = 0;
  std::latch blocked_{1};
  std::latch unblocked_{1};
  Loops loops_;
  ConnectionServer server_;
};

/// Reads from a raw connection until `text` has come. @return all that came; it ends early if the peer
/// closes.
inline std::string read_until(const Socket& socket, const std::string& text) {
  std::string received;
  while (received.find(text) == std::string::npos) {
    const auto bytes = socket.receive(within(soon));
    if (!bytes || bytes->empty()) break;
    received += *bytes;
  }
  return received;
}

/// Reads until the peer closes.
inline std::string read_to_end(const Socket& socket) {
  return read_until(socket, std::string("\0 never", 7));
}

inline Socket ask(std::uint16_t port, const std::string& request_line) {
  Socket socket = Socket::connect_to(port);
  socket.send_all(request_line + "\r\nHost: localhost\r\n\r\n");
  return socket;
}

}  // namespace bridge::test
