#include "chunked.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

struct Decoded {
  bool complete;
  std::string content;
  std::string left;
};

/// Decodes `bytes` given in pieces of `step`, as a connection does: what is not taken comes again.
Decoded decode(const std::string& bytes, std::size_t step, std::size_t max_body = 1000) {
  ChunkedDecoder decoder(max_body);
  Decoded result{false, "", ""};
  std::string buffer;
  std::size_t at = 0;
  while (!result.complete && at < bytes.size()) {
    buffer += bytes.substr(at, step);
    at += std::min(step, bytes.size() - at);
    std::string_view rest = buffer;
    result.complete = decoder.take(rest, result.content);
    buffer = std::string(rest);
  }
  result.left = buffer + bytes.substr(at);
  return result;
}

Errc fault_of_chunks(const std::string& bytes) {
  try {
    decode(bytes, bytes.size(), 10);
  } catch (const Error& error) {
    return error.errc();
  }
  ADD_FAILURE() << "was taken: " << bytes;
  return Errc::internal;
}

TEST(ChunkedDecoderTest, DecodesHoweverTheBytesAreCut) {
  const std::string bytes =
      "4\r\nWiki\r\n6;name=\"v\"\r\npedia \r\n0E\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: x\r\n\r\nNEXT";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const Decoded result = decode(bytes, step);
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.content, "Wikipedia in \r\n\r\nchunks.");
    EXPECT_EQ(result.left, "NEXT") << step;
  }
}

TEST(ChunkedDecoderTest, WaitsForTheLastLine) {
  EXPECT_FALSE(decode("1\r\na\r\n0\r\n", 3).complete);
  EXPECT_FALSE(decode("1\r\na\r\n0\r\n\r", 3).complete);
}

TEST(ChunkedDecoderTest, RefusesWhatIsNotASize) {
  for (const std::string bytes :
       {"\r\n", "x\r\n", "0x1\r\na\r\n", "+1\r\na\r\n", "-1\r\n", "1 1\r\n", " 1\r\na", "1\na\n",
        "1 \r\na\r\n", "1\t\r\na\r\n", "1 ;a\r\na\r\n", "123456789\r\n", "1\r\nab\r\n", "1\r\na\n0\r\n\r\n",
        "1\r\na0\r\n\r\n", "1;a\x01\r\n"})
    EXPECT_EQ(fault_of_chunks(bytes), Errc::malformed_request) << bytes;
  EXPECT_EQ(fault_of_chunks("1;" + std::string(2000, 'x')), Errc::malformed_request);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100; ++i) trailers += "X: " + std::string(100, 'y') + "\r\n";
  EXPECT_EQ(fault_of_chunks(trailers + "\r\n"), Errc::malformed_request);
}

TEST(ChunkedDecoderTest, RefusesATrailerThatIsNoField) {
  for (const std::string trailer : {"X: a\r\n b\r\n", "X: a\r\n\tb\r\n", " X: a\r\n", "no colon\r\n",
                                    ": x\r\n", "X : a\r\n", "X: a\x01\r\n"})
    EXPECT_EQ(fault_of_chunks("0\r\n" + trailer + "\r\n"), Errc::malformed_request) << trailer;
  EXPECT_TRUE(decode("0\r\nX:\r\nY: \t b \r\n\r\n", 1).complete);
}

TEST(ChunkedDecoderTest, CountsTheContentThatHasCome) {
  ChunkedDecoder decoder(1000);
  std::string content;
  std::string_view bytes = "4\r\nWiki\r\n6\r\nped";
  EXPECT_FALSE(decoder.take(bytes, content));
  EXPECT_EQ(decoder.size(), 7U);
}

TEST(ChunkedDecoderTest, RefusesTooMuchBeforeItHasArrived) {
  EXPECT_EQ(fault_of_chunks("b\r\n"), Errc::too_large);
  EXPECT_EQ(fault_of_chunks("5\r\nabcde\r\n6\r\n"), Errc::too_large);
  EXPECT_EQ(fault_of_chunks("FFFFFFFF\r\n"), Errc::too_large);
  EXPECT_EQ(decode("a\r\n0123456789\r\n0\r\n\r\n", 4, 10).content, "0123456789");
}

}  // namespace
}  // namespace bridge
