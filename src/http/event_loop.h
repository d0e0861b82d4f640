#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "connection.h"
#include "connection_count.h"

namespace bridge {

/// One thread that serves its share of the connections. The deadlines of all of them are looked at twice a
/// second, which costs less than a timer for each step of each.
class EventLoop {
 public:
  /// @param open of all loops together; counted down when a connection has closed.
  EventLoop(const HttpSettings& settings, std::chrono::seconds answer_timeout, const HttplibGateway& gateway,
            Counters& counters, ConnectionCount& open);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void start();
  /// Takes over a connection that was accepted for this loop's context(). Any thread.
  /// @param address as ConnectionCount has counted it.
  void serve(asio::ip::tcp::socket socket, std::string address);
  /// Lets every connection end: idle ones now, the others after the answer they are owed. Any thread.
  void finish();
  /// Ends the thread, whatever is still open.
  void stop();

  asio::io_context& context() { return context_; }
  TimePoint last_sign_of_life() const { return last_sign_of_life_.load(); }

 private:
  void sweep();
  void forget(const std::shared_ptr<Connection>& connection);

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer timer_;
  LoopContext shared_;
  std::unordered_map<std::shared_ptr<Connection>, std::string> connections_;  // with their addresses
  ConnectionCount& open_;
  bool finishing_ = false;
  std::atomic<TimePoint> last_sign_of_life_;
  std::thread thread_;
};

}  // namespace bridge
