#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/http_client.h"
#include "support/timing.h"

namespace bridge::test {

/// The bytes that a client sends on a connection of its own, and those that it receives until the end.
struct RawExchange {
  std::vector<std::string> pieces;  // each is read by the server before the next is sent
  std::string received = {};
  bool ended = false;  // the server has closed
};

/// Performs the exchanges, many at a time: sends the pieces, ends sending, and reads to the end.
/// @param port of a bridge with one event loop: its answers on another connection show what it has read of a
///   piece.
void perform(std::uint16_t port, std::vector<RawExchange>& exchanges);

/// Adds exchanges of these bytes in two pieces, cut after each byte, or in about `places` places.
void add_cuts(std::vector<RawExchange>& exchanges, const std::string& bytes, std::size_t places);

/// The responses in the bytes that a server has sent. Bytes that are no response become one with the status
/// -1.
std::vector<HttpResponse> responses_in(std::string_view bytes);
/// Their statuses, without interim ones: "200 400".
std::string statuses_in(std::string_view bytes);

}  // namespace bridge::test
