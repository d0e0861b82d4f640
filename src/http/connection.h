#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bridge/core/clock.h"
#include "bridge/core/error.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "channel.h"
#include "httplib_gateway.h"
#include "lingering.h"
#include "mailbox.h"
#include "origin_rules.h"
#include "request_body.h"
#include "request_head.h"
#include "stream.h"

namespace bridge {

/// What all connections of one event loop share; the loop's thread only, but for deliver().
struct LoopContext {
  const HttpSettings& settings;
  const std::chrono::seconds answer_timeout;  // then a request that has no answer is told so
  const HttplibGateway& gateway;
  const OriginRules origin_rules;
  Counters& counters;
  asio::io_context& io;
  std::function<void(Mailbox::Delivery)> deliver;                  // any thread
  std::function<void(const std::shared_ptr<Connection>&)> closed;  // told once for each
  const std::size_t max_held;  // bytes of requests that are arriving and of answers that are not taken
  const std::size_t max_held_each = max_held;  // of these by one connection
  std::size_t held = 0;
  std::size_t reserved = 0;  // of held: for answers that are not there yet
  Lingering lingering{1024};
  TimePoint due{};  // before this no connection needs to be looked at
  /// Read into, then kept by the connection that needs it; untouched pages cost no memory.
  std::unique_ptr<std::array<char, 65536>> scratch =
      std::make_unique_for_overwrite<std::array<char, 65536>>();
};

/// One client: reads requests, one after the other, has each answered, and closes under a deadline whenever
/// something takes too long. No thread of its own: everything runs on its event loop, but for the completion
/// of an answer, which comes from anywhere and is delivered there.
class Connection : public std::enable_shared_from_this<Connection>, private ResponseBudget {
 public:
  Connection(Channel channel, LoopContext& loop) : channel_(std::move(channel)), loop_(loop) {}
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  /// In place of start(): says why the connection is not served, and ends it.
  void reject_at_accept(const Error& error);
  /// What came for it by mail.
  void receive(std::unique_ptr<Response> answer);
  /// Closes if its current step has taken too long. Called now and then by the loop.
  void check_deadline(TimePoint now);
  TimePoint deadline() const { return deadline_; }
  /// Begins the end: closes when idle, else after the answer that is owed.
  void finish();
  void close();
  bool is_open() const { return channel_.is_open(); }

 private:
  enum class State { handshaking, idle, head, body, answering, writing, streaming, lingering };

  // connection.cpp: from the client
  void enter(State state, std::chrono::seconds allowed);
  void shake_hands();
  bool is_reading() const { return state_ == State::idle || state_ == State::head || state_ == State::body; }
  std::string_view unread() const { return std::string_view(in_).substr(taken_); }
  void take(std::size_t bytes);
  void wait_readable();
  void on_readable();
  void receive_bytes(std::size_t bytes);
  void advance();
  void take_requests();
  bool take_head();
  bool take_body();
  void invite_body();
  bool may_go_on_sending(TimePoint now);
  void handle();
  Responder make_responder();
  void count_held();
  bool has_room_for(std::size_t bytes) const;
  static Error out_of_memory();
  void free_reserved();
  void refuse_beyond_limit();
  static void abandon_stream(const Response& response);
  void release_memory();
  static constexpr std::size_t kept_capacity = 4096;  // of a buffer, from one request to the next
  static void reset(std::string& buffer);

  // connection_answers.cpp: to the client
  void reserve(std::size_t bytes) override;
  void answer_within(std::chrono::seconds wait) override;
  bool has_had_no_effect(const Response& response) const;
  void answer(Response response);
  void refuse_request(const Error& error);
  void let_page_see(Response& response) const;
  void send(std::string wire);
  void write_rest();
  void on_written();
  void begin_stream();
  void pump_stream();
  void linger();
  void discard(std::size_t bytes);
  bool may_go_on_lingering(TimePoint now);
  void leave_lingering();
  template <class Step>
  void when(Channel::Progress what_for, Step step);

  Channel channel_;
  LoopContext& loop_;
  State state_ = State::idle;
  TimePoint deadline_;
  std::string in_;           // what the client has sent
  std::size_t taken_ = 0;    // of in_: already part of a request
  std::size_t scanned_ = 0;  // of unread(), for the end of the head
  RequestHead head_;
  RequestBody body_;
  TimePoint body_began_;
  std::size_t body_at_last_look_ = 0;  // how much of it had arrived
  std::string content_;
  std::string out_;
  std::size_t written_ = 0;    // of out_
  std::size_t discarded_ = 0;  // while lingering, since it was last looked at
  TimePoint lingering_ends_;
  std::optional<Lingering::Place> lingering_;
  std::size_t reserved_ = 0;  // for an answer that is not there yet
  std::size_t held_ = 0;      // as counted in the loop's sum
  std::shared_ptr<Stream> stream_;
  bool waiting_ = false;    // for bytes to read
  bool advancing_ = false;  // an answer that comes at once is taken by advance(), not by recursion
  bool keep_alive_ = true;
  bool head_only_ = false;  // the request is HEAD, also if that is all that is known of it
  bool rejected_at_accept_ = false;
  bool finishing_ = false;
};

/// Goes on with `step` when the channel can.
template <class Step>
void Connection::when(Channel::Progress what_for, Step step) {
  auto go_on = [self = shared_from_this(), step] { step(*self); };
  if (what_for == Channel::Progress::wants_write)
    channel_.when_writable(std::move(go_on));
  else
    channel_.when_readable(std::move(go_on));
}

}  // namespace bridge
