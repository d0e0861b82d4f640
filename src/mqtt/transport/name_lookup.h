#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bridge::mqtt {

/// Asks the system's resolver for the addresses of a name, on a thread of its own. getaddrinfo() may take
/// half a minute and cannot be interrupted, and Asio's resolver waits for it when its io_context is
/// destroyed; here nobody waits for it: the thread ends by itself, and refers to nothing that others own.
/// For the thread of `io`.
class NameLookup {
 public:
  /// @param fault why there are no endpoints, in words.
  using Done = std::function<void(std::vector<asio::ip::tcp::endpoint> endpoints, std::string fault)>;

  explicit NameLookup(asio::io_context& io) : io_(io) {}
  ~NameLookup() { cancel(); }
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  /// `done` is called once, later; not after cancel(). Some questions that hang are asked beside each other;
  /// beyond that there is a fault at once.
  void start(const std::string& host, const std::string& port, Done done);
  void cancel();

 private:
  struct Question;
  asio::io_context& io_;
  std::shared_ptr<Question> question_;
};

}  // namespace bridge::mqtt
