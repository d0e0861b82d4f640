#include "response_writer.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(ResponseWriterTest, GivesWhatIsNotSent) {
  ResponseWriter writer;
  writer.begin("abcdef");
  writer.sent(2);
  EXPECT_EQ(writer.unsent(), "cdef");
  EXPECT_EQ(writer.memory(), 6U) << "until all of it is sent";
  writer.sent(4);
  EXPECT_EQ(writer.unsent(), "");
  writer.finish();
  EXPECT_EQ(writer.memory(), 0U);
  writer.begin("gh");
  EXPECT_EQ(writer.unsent(), "gh");
}

class StreamingWriterTest : public testing::Test {
 protected:
  static Stream::Chunk chunk(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  }
  void follow(bool http_1_0 = false) {
    writer.follow(stream, http_1_0);
    writer.attach([this] { ++woken; });
  }

  int ended = 0;
  int woken = 0;
  std::shared_ptr<Stream> stream =
      std::make_shared<Stream>(Stream::Options{1000, "overflow", [this] { ++ended; }});
  ResponseWriter writer;
};

TEST_F(StreamingWriterTest, FramesWhatTheStreamHas) {
  follow();
  EXPECT_EQ(writer.take_chunk(), "");
  EXPECT_TRUE(writer.has_stream()) << "nothing yet";
  stream->send(chunk("hello, "));
  stream->send(chunk("world, hello"));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(writer.take_chunk(), "13\r\nhello, world, hello\r\n");
  stream->send(chunk("!"));
  stream->end();
  EXPECT_EQ(writer.take_chunk(), "1\r\n!\r\n0\r\n\r\n");
  EXPECT_FALSE(writer.has_stream());
}

TEST_F(StreamingWriterTest, EndsAStreamThatHasNothingMore) {
  follow();
  writer.end_stream();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(writer.take_chunk(), "0\r\n\r\n");
  EXPECT_FALSE(writer.has_stream());
}

TEST_F(StreamingWriterTest, SendsNoFramesToAnOldClient) {
  follow(true);
  stream->send(chunk("hello"));
  EXPECT_EQ(writer.take_chunk(), "hello");
  stream->end();
  EXPECT_EQ(writer.take_chunk(), "");
  EXPECT_FALSE(writer.has_stream()) << "it is the end of the connection that ends it";
}

TEST_F(StreamingWriterTest, TellsTheSenderThatTheClientIsGone) {
  follow();
  writer.abandon_stream();
  EXPECT_EQ(ended, 1);
  EXPECT_FALSE(stream->send(chunk("hello")));
}

TEST_F(StreamingWriterTest, TellsTheSenderAtItsOwnEnd) {
  {
    ResponseWriter gone;
    gone.follow(stream, false);
  }
  EXPECT_FALSE(stream->is_open());
}

TEST_F(StreamingWriterTest, TellsTheSenderOfAResponseThatIsNotSent) {
  Response response;
  response.stream = stream;
  ResponseWriter::abandon(response);
  EXPECT_FALSE(stream->is_open());
  ResponseWriter::abandon(Response{});  // one without a stream
}

}  // namespace
}  // namespace bridge
