#include "support/raw_exchange.h"

#include <algorithm>

#include "support/socket.h"

namespace bridge::test {
namespace {

constexpr std::size_t at_a_time = 400;

struct Open {
  Socket socket;
  RawExchange& exchange;
};

/// A loop serves readable sockets in turn: when it has answered `other` twice, it has read all that was
/// there before.
void wait_until_read(HttpClient& other) {
  for (int round = 0; round < 2; ++round) other.get("/healthz");
}

void send_pieces(std::vector<Open>& all, HttpClient& other) {
  bool more = true;
  for (std::size_t piece = 0; more; ++piece) {
    more = false;
    for (const Open& open : all) {
      const auto& pieces = open.exchange.pieces;
      if (piece < pieces.size()) open.socket.send_all(pieces[piece]);
      if (piece + 1 == pieces.size()) open.socket.shut_down_sending();
      more = more || piece + 1 < pieces.size();
    }
    if (more) wait_until_read(other);
  }
}

void read_to_the_end(std::vector<Open>& all) {
  const TimePoint deadline = within(patience);
  for (const Open& open : all) {
    while (!open.exchange.ended) {
      const auto bytes = open.socket.receive(deadline);
      if (!bytes) break;
      open.exchange.ended = bytes->empty();
      open.exchange.received += *bytes;
    }
  }
}

/// Takes the text before the first `end` off `rest`, and `end` too; all of it if there is none.
std::string_view take_until(std::string_view& rest, std::string_view end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + end.size());
  return taken;
}

HttpResponse take_response(std::string_view& rest) {
  std::string_view head = take_until(rest, "\r\n\r\n");
  const std::string status_line(take_until(head, "\r\n"));
  HttpResponse response;
  const bool well_formed = status_line.starts_with("HTTP/1.") && status_line.size() > 12;
  response.status = well_formed ? std::atoi(status_line.c_str() + 9) : -1;
  while (!head.empty()) {
    std::string_view value = take_until(head, "\r\n");
    const std::string name(take_until(value, ": "));
    response.fields.emplace_back(name, value);
  }
  const std::string length = response.field("Content-Length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  response.content = rest.substr(0, size);
  if (response.content.size() < size) response.status = -1;
  rest.remove_prefix(response.content.size());
  return response;
}

}  // namespace

void perform(std::uint16_t port, std::vector<RawExchange>& exchanges) {
  HttpClient other(port);
  for (std::size_t from = 0; from < exchanges.size(); from += at_a_time) {
    const std::size_t to = std::min(from + at_a_time, exchanges.size());
    std::vector<Open> all;
    for (std::size_t i = from; i < to; ++i) all.push_back({Socket::connect_to(port), exchanges[i]});
    send_pieces(all, other);
    read_to_the_end(all);
  }
}

void add_cuts(std::vector<RawExchange>& exchanges, const std::string& bytes, std::size_t places) {
  const std::size_t step = 1 + bytes.size() / places;
  for (std::size_t cut = 1; cut < bytes.size(); cut += step)
    exchanges.push_back({{bytes.substr(0, cut), bytes.substr(cut)}});
}

std::vector<HttpResponse> responses_in(std::string_view bytes) {
  std::vector<HttpResponse> responses;
  while (!bytes.empty()) {
    responses.push_back(take_response(bytes));
    if (responses.back().status < 0) break;
  }
  return responses;
}

std::string statuses_in(std::string_view bytes) {
  std::string statuses;
  for (const HttpResponse& response : responses_in(bytes)) {
    if (response.status >= 100 && response.status < 200) continue;
    statuses += (statuses.empty() ? "" : " ") + std::to_string(response.status);
  }
  return statuses;
}

}  // namespace bridge::test
