#include "address_race.h"

#include <algorithm>
#include <asio/error.hpp>
#include <chrono>
#include <iterator>
#include <utility>

namespace bridge::mqtt {
namespace {

using Endpoint = asio::ip::tcp::endpoint;

constexpr std::chrono::milliseconds attempt_delay{250};  // RFC 8305, 5: Connection Attempt Delay

std::string words_of(const std::error_code& error) {
  if (error == asio::error::connection_refused) return "connection refused";
  if (error == asio::error::timed_out) return "no answer";
  if (error == asio::error::network_unreachable || error == asio::error::host_unreachable) return "no route";
  return error.message();
}

/// On loopback a connection to a port where nobody listens may get that very port for its own end, and meet
/// itself (RFC 9293, 3.5: simultaneous open).
bool has_met_itself(const asio::ip::tcp::socket& socket) {
  std::error_code error;
  const Endpoint local = socket.local_endpoint(error);
  return !error && local == socket.remote_endpoint(error) && !error;
}

}  // namespace

std::vector<Endpoint> in_turns(const std::vector<Endpoint>& resolved) {
  std::vector<Endpoint> six;
  std::vector<Endpoint> four;
  for (const Endpoint& endpoint : resolved) (endpoint.address().is_v6() ? six : four).push_back(endpoint);
  std::vector<Endpoint> turns;
  for (std::size_t i = 0; i < std::max(six.size(), four.size()); ++i) {
    if (i < six.size()) turns.push_back(six[i]);
    if (i < four.size()) turns.push_back(four[i]);
  }
  return turns;
}

AddressRace::AddressRace(asio::io_context& io, std::vector<Endpoint> endpoints)
    : io_(io), endpoints_(std::move(endpoints)), timer_(io) {
  runners_.reserve(endpoints_.size());  // they must not move while they connect
}

void AddressRace::start(Done done) {
  done_ = std::move(done);
  start_next();
}

void AddressRace::start_next() {
  if (runners_.size() == endpoints_.size()) return;
  const std::size_t index = runners_.size();
  Runner& runner = runners_.emplace_back(io_);
  ++running_;
  // opens the socket; a family that the system does not have fails like a connection
  runner.socket.async_connect(
      endpoints_[index],
      [self = shared_from_this(), index](const std::error_code& error) { self->on_connected(index, error); });
  timer_.expires_after(attempt_delay);
  timer_.async_wait([self = shared_from_this()](const std::error_code& error) {
    if (!error && self->done_) self->start_next();
  });
}

void AddressRace::on_connected(std::size_t index, std::error_code error) {
  if (!done_) return;
  Runner& runner = runners_[index];
  if (!error && has_met_itself(runner.socket)) error = asio::error::connection_refused;
  if (!error) return finish(std::move(runner.socket));
  runner.error = error;
  std::error_code ignored;
  runner.socket.close(ignored);
  --running_;
  if (runners_.size() < endpoints_.size()) return start_next();
  if (running_ == 0) finish(std::nullopt);
}

void AddressRace::finish(std::optional<asio::ip::tcp::socket> socket) {
  const Done done = std::exchange(done_, nullptr);
  const std::string words = socket ? std::string() : fault();
  cancel();
  done(std::move(socket), words);
}

void AddressRace::cancel() {
  done_ = nullptr;
  timer_.cancel();
  std::error_code ignored;
  for (Runner& runner : runners_) runner.socket.close(ignored);
}

/// One reason, if all addresses have the same; else each with its own, as far as a line goes.
std::string AddressRace::fault() const {
  constexpr std::size_t most_shown = 4;
  const auto alike = [&](const Runner& runner) { return runner.error == runners_.front().error; };
  if (std::all_of(runners_.begin(), runners_.end(), alike)) return words_of(runners_.front().error);
  std::string words;
  for (std::size_t i = 0; i < std::min(runners_.size(), most_shown); ++i) {
    if (i > 0) words += ", ";
    words += endpoints_[i].address().to_string() + ": " + words_of(runners_[i].error);
  }
  return runners_.size() > most_shown ? words + ", and more" : words;
}

}  // namespace bridge::mqtt
