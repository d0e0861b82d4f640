#include "websocket_frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace bridge::mqtt {
namespace {

using Kind = WebSocketPiece::Kind;

struct Seen {
  std::string data;
  std::vector<std::string> controls;  // "ping x", "pong x", "close 1000 x", "fault 1002"
};

void note(const WebSocketPiece& piece, Seen& seen) {
  const std::string bytes(piece.bytes);
  if (piece.kind == Kind::data) seen.data += bytes;
  if (piece.kind == Kind::ping) seen.controls.push_back("ping " + bytes);
  if (piece.kind == Kind::pong) seen.controls.push_back("pong " + bytes);
  if (piece.kind == Kind::close)
    seen.controls.push_back("close " + std::to_string(piece.status) + " " + bytes);
  if (piece.kind == Kind::fault) seen.controls.push_back("fault " + std::to_string(piece.status));
}

Seen decode(std::string_view stream, std::size_t step) {
  WebSocketDecoder decoder;
  Seen seen;
  for (; !stream.empty(); stream.remove_prefix(std::min(step, stream.size()))) {
    std::string_view some = stream.substr(0, step);
    while (const auto piece = decoder.next(some)) {
      note(*piece, seen);
      if (piece->kind == Kind::fault) return seen;
    }
  }
  return seen;
}

std::string frame(int first, std::string_view payload) {
  std::string bytes(1, static_cast<char>(first));
  if (payload.size() < 126) {
    bytes += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xFFFF) {
    bytes += '\x7E';
    for (const int shift : {8, 0}) bytes += static_cast<char>(payload.size() >> shift & 0xFF);
  } else {
    bytes += '\x7F';
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(payload.size() >> shift & 0xFF);
  }
  return bytes.append(payload);
}

TEST(WebSocketDecoderTest, ReadsFramesOfEverySizeHoweverTheyAreCut) {
  std::string expected;
  std::string stream;
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U}) {
    expected.append(size, 'x');
    stream += frame(0x82, std::string(size, 'x'));
  }
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, stream.size()}) {
    const Seen seen = decode(stream, step);
    EXPECT_EQ(seen.data, expected) << "in steps of " << step;
    EXPECT_TRUE(seen.controls.empty());
  }
}

TEST(WebSocketDecoderTest, PutsFragmentsTogetherWithControlFramesBetweenThem) {
  const std::string stream = frame(0x02, "ab") + frame(0x89, "now") + frame(0x00, "cd") + frame(0x8A, "") +
                             frame(0x80, "ef") + frame(0x82, "gh") +
                             frame(0x88,
                                   "\x03\xE9"
                                   "bye");
  for (const std::size_t step : {std::size_t{1}, stream.size()}) {
    const Seen seen = decode(stream, step);
    EXPECT_EQ(seen.data, "abcdefgh");
    EXPECT_EQ(seen.controls, (std::vector<std::string>{"ping now", "pong ", "close 1001 bye"}));
  }
}

TEST(WebSocketDecoderTest, AnEmptyCloseHasNoStatus) {
  EXPECT_EQ(decode(frame(0x88, ""), 1).controls, (std::vector<std::string>{"close 0 "}));
}

TEST(WebSocketDecoderTest, PassesAnEndlessFrameOnWithoutKeepingIt) {
  std::string stream = "\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
  stream += "abc";
  EXPECT_EQ(decode(stream, 1).data, "abc");
}

TEST(WebSocketDecoderTest, FailsWhatRfc6455Forbids) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"\xC2\x01x", "fault 1002"},                           // a reserved bit
      {std::string("\x92\x00", 2), "fault 1002"},            // another
      {std::string("\x83\x00", 2), "fault 1002"},            // an unknown opcode
      {std::string("\x8B\x00", 2), "fault 1002"},            // an unknown control opcode
      {std::string("\x82\x81", 2), "fault 1002"},            // a mask
      {std::string("\x81\x01x", 3), "fault 1003"},           // text
      {std::string("\x09\x00", 2), "fault 1002"},            // a fragmented ping
      {std::string("\x89\x7E\x00\x7E", 4), "fault 1002"},    // a ping of 126 bytes
      {std::string("\x80\x00", 2), "fault 1002"},            // a continuation of nothing
      {std::string("\x02\x01x\x82\x01y", 6), "fault 1002"},  // a message within a message
      {std::string("\x82\x7E\x00\x7D", 4), "fault 1002"},    // a length in more bytes than it needs
      {std::string("\x82\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF", 10), "fault 1002"},
      {std::string("\x82\x7F\x80\x00\x00\x00\x00\x01\x00\x00", 10), "fault 1002"},  // the highest bit
      {std::string("\x88\x01\x03", 3), "fault 1002"},                               // half a status
  };
  for (const auto& [bytes, expected] : rows) {
    for (const std::size_t step : {std::size_t{1}, bytes.size()}) {
      const Seen seen = decode(bytes, step);
      ASSERT_EQ(seen.controls.size(), 1U) << testing::PrintToString(bytes);
      EXPECT_EQ(seen.controls.front(), expected) << testing::PrintToString(bytes);
    }
  }
}

TEST(WebSocketMaskTest, MeetsTheExampleOfTheStandardAndUndoesItself) {
  const MaskingKey key = {0x37, 0xFA, 0x21, 0x3D};
  std::string text = "Hello";  // RFC 6455, 5.7
  mask(text, key);
  EXPECT_EQ(text, "\x7F\x9F\x4D\x51\x58");
  for (std::size_t size = 0; size < 40; ++size) {
    std::string bytes;
    std::string expected;
    for (std::size_t i = 0; i < size; ++i) {
      bytes += static_cast<char>(i);
      expected += static_cast<char>(i ^ key[i % 4]);
    }
    const std::string original = bytes;
    mask(bytes, key);
    EXPECT_EQ(bytes, expected);
    mask(bytes, key);
    EXPECT_EQ(bytes, original);
  }
}

TEST(WebSocketFrameHeaderTest, HasTheShortestLengthThatFits) {
  const MaskingKey key = {1, 2, 3, 4};
  const auto header = [&](std::size_t size) {
    std::string bytes(max_frame_header, '\0');
    bytes.resize(put_frame_header(bytes.data(), WebSocketOpcode::binary, size, key));
    return bytes;
  };
  EXPECT_EQ(header(0), std::string("\x82\x80\1\2\3\4", 6));
  EXPECT_EQ(header(125), std::string("\x82\xFD\1\2\3\4", 6));
  EXPECT_EQ(header(126), std::string("\x82\xFE\0\x7E\1\2\3\4", 8));
  EXPECT_EQ(header(65535), std::string("\x82\xFE\xFF\xFF\1\2\3\4", 8));
  EXPECT_EQ(header(65536), std::string("\x82\xFF\0\0\0\0\0\1\0\0\1\2\3\4", 14));
}

}  // namespace
}  // namespace bridge::mqtt
