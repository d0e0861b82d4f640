#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace bridge::mqtt {

/// The addresses in the order in which they are tried: IPv6 and IPv4 in turn, IPv6 first, each family as the
/// resolver has sorted it (RFC 8305, 4).
std::vector<asio::ip::tcp::endpoint> in_turns(const std::vector<asio::ip::tcp::endpoint>& resolved);

/// Connects to the first of several addresses that answers: the next one is tried when the last has failed,
/// or after 250 ms; all others are closed then (RFC 8305, 5). For the thread of `io`.
class AddressRace : public std::enable_shared_from_this<AddressRace> {
 public:
  /// @param fault why there is no socket, in words.
  using Done = std::function<void(std::optional<asio::ip::tcp::socket> socket, std::string fault)>;

  AddressRace(asio::io_context& io, std::vector<asio::ip::tcp::endpoint> endpoints);

  /// `done` is called once, later; not after cancel().
  void start(Done done);
  void cancel();

 private:
  struct Runner {
    explicit Runner(asio::io_context& io) : socket(io) {}
    asio::ip::tcp::socket socket;
    std::error_code error;
  };

  void start_next();
  void on_connected(std::size_t index, std::error_code error);
  void finish(std::optional<asio::ip::tcp::socket> socket);
  std::string fault() const;

  asio::io_context& io_;
  const std::vector<asio::ip::tcp::endpoint> endpoints_;
  std::vector<Runner> runners_;  // of the first of endpoints_
  std::size_t running_ = 0;
  asio::steady_timer timer_;
  Done done_;
};

}  // namespace bridge::mqtt
