#pragma once

#include <asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "bridge/loop/loop.h"
#include "connection.h"
#include "connection_count.h"
#include "mailbox.h"

namespace bridge {

/// Serves its share of the connections on a loop. The deadlines of all of them are looked at twice a second,
/// which costs less than a timer for each step of each.
class EventLoop {
 public:
  /// @param loop must outlive it, or end before it does.
  /// @param loops that share what is limited for all of them together.
  /// @param open of all loops together; counted down when a connection has closed.
  EventLoop(Loop& loop, const HttpSettings& settings, std::size_t loops, std::chrono::seconds answer_timeout,
            const HttplibGateway& gateway, RefusalLog& refusals, Counters& counters, ConnectionCount& open);
  ~EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Begins to look at deadlines. Any thread.
  void start();
  /// Takes over a connection that was accepted for this loop's context(). Any thread.
  /// @param address as ConnectionCount has counted it.
  void serve(Channel channel, std::string address);
  /// Answers 503 without reading, and closes; at once where too many are being told so already. Any thread.
  void reject_at_accept(Channel channel);
  /// Lets every connection end: idle ones now, the others after the answer they are owed. Any thread.
  void finish();
  /// Closes whatever is still open. Not from the loop's thread.
  void stop();

  asio::io_context& context() { return loop_.context(); }

 private:
  void deliver(Mailbox::Delivery delivery);
  void read_mail();
  void sweep();
  void look_at_all(TimePoint now);
  void forget(const std::shared_ptr<Connection>& connection);

  Loop& loop_;
  asio::steady_timer timer_;
  Mailbox mailbox_;
  LoopContext shared_;
  /// With their addresses; those that are turned away have none.
  std::unordered_map<std::shared_ptr<Connection>, std::optional<std::string>> connections_;
  ConnectionCount& open_;
  std::size_t rejected_at_accept_ = 0;
  bool finishing_ = false;
};

}  // namespace bridge
