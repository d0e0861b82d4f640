#pragma once

#include <array>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bridge/core/clock.h"
#include "bridge/core/error.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "chunked.h"
#include "httplib_gateway.h"
#include "request_head.h"

namespace bridge {

/// What all connections of one event loop share; the loop's thread only.
struct LoopContext {
  const HttpSettings& settings;
  const std::chrono::seconds answer_timeout;  // then a request that has no answer is told so
  const HttplibGateway& gateway;
  Counters& counters;
  std::function<void(const std::shared_ptr<class Connection>&)> closed;  // told once for each
  std::array<char, 65536> scratch;  // read into, then kept by the connection that needs it
};

/// One client: reads requests, one after the other, has each answered, and closes under a deadline whenever
/// something takes too long. No thread of its own: everything runs on its event loop, but for the completion
/// of an answer, which comes from anywhere and is posted there.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, LoopContext& loop);

  void start();
  /// Closes if its current step has taken too long. Called now and then by the loop.
  void check_deadline(TimePoint now);
  /// Begins the end: closes when idle, else after the answer that is owed.
  void finish();
  void close();
  bool is_open() const { return socket_.is_open(); }

 private:
  enum class State { idle, head, body, answering, writing, lingering };

  void enter(State state, std::chrono::seconds allowed);
  bool is_reading() const { return state_ == State::idle || state_ == State::head || state_ == State::body; }
  std::string_view unread() const { return std::string_view(in_).substr(taken_); }
  void take(std::size_t bytes);
  void wait_readable();
  void on_readable();
  void advance();
  void take_requests();
  bool take_head();
  bool take_body();
  void invite_body();
  void handle();
  Responder make_responder();
  void answer(const Response& response);
  void refuse(const Error& error);
  void send(std::string wire);
  void write_rest();
  void on_written();
  void linger();
  void discard(std::size_t bytes);

  asio::ip::tcp::socket socket_;
  LoopContext& loop_;
  State state_ = State::idle;
  TimePoint deadline_;
  std::string in_;           // what the client has sent
  std::size_t taken_ = 0;    // of in_: already part of a request
  std::size_t scanned_ = 0;  // of unread(), for the end of the head
  std::optional<RequestHead> head_;
  std::optional<ChunkedDecoder> chunked_;
  std::string content_;
  std::string out_;
  std::size_t written_ = 0;  // of out_
  std::size_t discarded_ = 0;
  bool waiting_ = false;    // for bytes to read
  bool advancing_ = false;  // an answer that comes at once is taken by advance(), not by recursion
  bool keep_alive_ = true;
  bool finishing_ = false;
};

}  // namespace bridge
