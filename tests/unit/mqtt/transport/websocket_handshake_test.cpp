#include "websocket_handshake.h"

#include <gtest/gtest.h>

namespace bridge::mqtt {
namespace {

using State = WebSocketAnswer::State;

const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455, 1.3

const std::string good =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

std::string without(const std::string& line) {
  std::string answer = good;
  return answer.replace(answer.find(line), line.size(), "");
}

std::string words_of(std::string_view bytes) {
  WebSocketAnswer answer(key);
  return answer.take(bytes) == State::refused ? answer.words() : "not refused";
}

TEST(WebSocketHandshakeTest, AnswersTheKeyOfTheStandard) {
  EXPECT_EQ(websocket_accept_of(key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketHandshakeTest, NoTwoKeysAreAlike) {
  const std::string one = make_websocket_key();
  EXPECT_EQ(one.size(), 24U);
  EXPECT_NE(one, make_websocket_key());
}

TEST(WebSocketHandshakeTest, TheRequestNamesHostPathAndSubprotocol) {
  BrokerAddress address{"::1", "8083", false, true, "/m q\r\ntt"};
  const std::string request = websocket_request(address, key);
  EXPECT_TRUE(request.starts_with("GET /m%20q%0D%0Att HTTP/1.1\r\nHost: [::1]:8083\r\n")) << request;
  EXPECT_NE(request.find("\r\nSec-WebSocket-Protocol: mqtt\r\n"), request.npos);
  EXPECT_NE(request.find("\r\nSec-WebSocket-Key: " + key + "\r\n"), request.npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n"));
}

TEST(WebSocketAnswerTest, LeavesWhatStandsBehindItHoweverItArrives) {
  for (std::size_t first = 0; first <= good.size() + 3; ++first) {
    const std::string stream = good + "abc";
    WebSocketAnswer answer(key);
    std::string_view bytes = std::string_view(stream).substr(0, first);
    State state = answer.take(bytes);
    EXPECT_EQ(state, first < good.size() ? State::incomplete : State::accepted);
    std::string rest(bytes);
    if (state == State::incomplete) {
      EXPECT_TRUE(rest.empty());
      bytes = std::string_view(stream).substr(first);
      EXPECT_EQ(answer.take(bytes), State::accepted);
      rest = bytes;
    } else {
      rest += stream.substr(first);
    }
    EXPECT_EQ(rest, "abc");
  }
}

TEST(WebSocketAnswerTest, TellsTheStatusThatItGotInstead) {
  EXPECT_EQ(words_of("HTTP/1.1 404 Not \x1B[31mFound\r\nContent-Length: 0\r\n\r\n"),
            "the broker answers HTTP 404 Not \\x1b[31mFound instead of 101");
  EXPECT_EQ(words_of("HTTP/1.1 1010\r\n\r\n"), "the broker answers HTTP 1010 instead of 101");
}

TEST(WebSocketAnswerTest, AnotherProtocolIsSeenByItsFirstByte) {
  EXPECT_EQ(words_of("\x20"), "the broker does not answer in HTTP/1.1");
  EXPECT_EQ(words_of("HTTP/1.0 101 Switching Protocols\r\n"), "the broker does not answer in HTTP/1.1");
}

TEST(WebSocketAnswerTest, EveryFieldCounts) {
  const std::string no_websocket = "the broker's HTTP answer does not accept WebSocket";
  const std::string no_mqtt = "the broker does not speak MQTT over WebSocket there (no subprotocol mqtt)";
  EXPECT_EQ(words_of(good), "not refused");
  EXPECT_EQ(words_of(without("Upgrade: WebSocket\r\n")), no_websocket);
  EXPECT_EQ(words_of(without(", Upgrade")), no_websocket);
  EXPECT_EQ(words_of(without("s3")), no_websocket);
  EXPECT_EQ(words_of(without("Sec-WebSocket-Protocol: mqtt\r\n")), no_mqtt);
  EXPECT_EQ(words_of(without("tt\r\n\r\n") + "ttv31\r\n\r\n"), no_mqtt);
  const std::string open_end = good.substr(0, good.size() - 2);
  EXPECT_EQ(words_of(open_end + "Sec-WebSocket-Protocol: mqtt\r\n\r\n"), no_mqtt) << "twice";
  EXPECT_EQ(words_of(open_end + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
            "the broker wants a WebSocket extension that was not offered");
  EXPECT_EQ(words_of(open_end + " folded\r\n\r\n"), "the broker's HTTP answer is malformed");
  EXPECT_EQ(words_of(open_end + "no colon\r\n\r\n"), "the broker's HTTP answer is malformed");
}

TEST(WebSocketAnswerTest, AHeadWithoutAnEndIsGivenUpAtItsLimit) {
  WebSocketAnswer answer(key);
  std::string_view start = "HTTP/1.1 101 Switching Protocols\r\n";
  std::size_t taken = start.size();
  EXPECT_EQ(answer.take(start), State::incomplete);
  const std::string field = "X: y\r\n";
  State state = State::incomplete;
  while (state == State::incomplete && taken < 2 * WebSocketAnswer::max_head) {
    std::string_view bytes = field;
    state = answer.take(bytes);
    taken += field.size();
  }
  EXPECT_EQ(state, State::refused);
  EXPECT_LE(taken, WebSocketAnswer::max_head + field.size());
  EXPECT_EQ(words_of("HTTP/1.1 101 " + std::string(100000, 'x')), "the broker's HTTP answer is too long");
}

}  // namespace
}  // namespace bridge::mqtt
