#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "support/socket.h"
#include "support/worker_threads.h"

namespace bridge::test {

/// A proxy before a broker that disturbs connections as the test says.
class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t broker_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return listener_.port(); }

  /// Answers a CONNECT of protocol level 5 as a broker that knows only 3.1.1: with return code 1, and
  /// closes.
  void refuse_version_5() { refuse_version_5_ = true; }
  /// Closes the connection at a CONNECT of protocol level 5, without a word.
  void close_on_version_5() {
    silent_ = true;
    refuse_version_5();
  }
  /// Lets connections through, or cuts those that stand and closes new ones at once.
  void let_through(bool open);
  /// Holds the broker's bytes back from the client, or lets them go.
  void hold_answers(bool hold) { hold_answers_ = hold; }
  int refused_connects() const { return refused_connects_; }

 private:
  struct Link {
    Socket client;
    Socket broker;
  };

  void accept_all();
  void serve(Link& link);
  bool is_refused(const std::string& connect_packet) const;
  void forward_to_client(const Link& link) const;
  void cut_all();

  std::uint16_t broker_port_;
  Listener listener_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> refuse_version_5_ = false;
  std::atomic<bool> silent_ = false;
  std::atomic<bool> hold_answers_ = false;
  std::atomic<int> refused_connects_ = 0;
  std::mutex mutex_;
  bool open_ = true;
  std::list<Link> links_;  // a list: a link stays where it is while its threads run
  WorkerThreads workers_;
  std::thread acceptor_;
};

}  // namespace bridge::test
