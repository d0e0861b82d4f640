#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "bridge/core/clock.h"
#include "bridge/core/error.h"
#include "channel.h"
#include "held_memory.h"
#include "lingerer.h"
#include "loop_context.h"
#include "request_reader.h"
#include "response_writer.h"

namespace bridge {

/// One client: has each of its requests answered, one after the other, and closes under a deadline whenever
/// something takes too long. It moves bytes from the channel to a RequestReader, requests to the gateway, and
/// responses through a ResponseWriter back to the channel. No thread of its own: everything runs on its event
/// loop, but for the completion of an answer, which comes from anywhere and is delivered there.
class Connection : public std::enable_shared_from_this<Connection>, private ResponseBudget {
 public:
  Connection(Channel channel, LoopContext& loop)
      : channel_(std::move(channel)), loop_(loop), memory_(loop.memory) {}
  ~Connection() override = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  /// In place of start(): says why the connection is not served, and ends it.
  void reject_at_accept(const Error& error);
  /// What came for it by mail: its answer; null: its stream has something.
  void receive(std::unique_ptr<Response> answer);
  /// Closes if its current step has taken too long. Called twice a second by the loop, so that each
  /// deadline may be late by half a second.
  void check_deadline(TimePoint now);
  TimePoint deadline() const { return deadline_; }
  /// Begins the end: closes when idle, else after the answer that is owed; a request that is arriving has 1
  /// s.
  void finish();
  void close();
  bool is_open() const { return channel_.is_open(); }

 private:
  enum class State : std::uint8_t {
    handshaking,
    reading,    // RequestReader::Stage says what
    answering,  // the handler has the request
    writing,
    streaming,  // between two chunks
    lingering,
  };

  TimePoint enter(State state, std::chrono::seconds allowed);
  void shorten_deadline(std::chrono::seconds allowed);
  bool is_idle() const { return state_ == State::reading && reader_.stage() == RequestReader::Stage::idle; }
  bool wants_bytes() const;
  void shake_hands();
  void wait_readable();
  void on_readable();
  void receive_bytes(std::size_t bytes);
  void advance();
  void take_requests();
  void begin_body();
  void invite_content();
  void handle();
  Responder make_responder();
  void answer(Response response);
  void refuse_request(const Error& error);
  void refuse_beyond_limit();
  void send(std::string wire);
  void write_rest();
  void on_written();
  void begin_stream();
  void pump_stream();
  void linger();
  void check_arrival(TimePoint now);
  void count_memory();
  void release_memory();
  template <class Step>
  void when(Channel::Progress what_for, Step step);

  // as ResponseBudget, for the handler
  void reserve(std::size_t bytes) override;
  void answer_within(std::chrono::seconds wait) override { shorten_deadline(wait); }

  Channel channel_;
  LoopContext& loop_;
  RequestReader reader_;
  ResponseWriter writer_;
  HeldMemory memory_;
  Lingerer lingerer_;
  TimePoint deadline_;
  State state_ = State::reading;
  bool advancing_ = false;  // an answer that comes at once is taken by advance(), not by recursion
  bool keep_alive_ = true;  // behind the response
  bool rejected_at_accept_ = false;
  bool finishing_ = false;
};

}  // namespace bridge
