#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "connection.h"
#include "connection_count.h"
#include "mailbox.h"

namespace bridge {

/// One thread that serves its share of the connections. The deadlines of all of them are looked at twice a
/// second, which costs less than a timer for each step of each.
class EventLoop {
 public:
  /// @param share of what is limited for all loops together.
  /// @param open of all loops together; counted down when a connection has closed.
  EventLoop(const HttpSettings& settings, std::size_t share, std::chrono::seconds answer_timeout,
            const HttplibGateway& gateway, RefusalLog& refusals, Counters& counters, ConnectionCount& open);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void start();
  /// Takes over a connection that was accepted for this loop's context(). Any thread.
  /// @param address as ConnectionCount has counted it.
  void serve(Channel channel, std::string address);
  /// Answers 503 without reading, and closes; at once where too many are being told so already. Any thread.
  void turn_away(Channel channel);
  /// Lets every connection end: idle ones now, the others after the answer they are owed. Any thread.
  void finish();
  /// Ends the thread, whatever is still open.
  void stop();

  asio::io_context& context() { return context_; }
  TimePoint last_sign_of_life() const { return last_sign_of_life_.load(); }

 private:
  void deliver(Mailbox::Letter letter);
  void read_mail();
  void sweep();
  void look_at_all(TimePoint now);
  void forget(const std::shared_ptr<Connection>& connection);

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer timer_;
  Mailbox mailbox_;
  LoopContext shared_;
  /// With their addresses; those that are turned away have none.
  std::unordered_map<std::shared_ptr<Connection>, std::optional<std::string>> connections_;
  ConnectionCount& open_;
  std::size_t turned_away_ = 0;
  bool finishing_ = false;
  std::atomic<TimePoint> last_sign_of_life_;
  std::thread thread_;
};

}  // namespace bridge
