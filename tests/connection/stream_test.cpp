// A connection that its handler has turned into a stream.
#include <gtest/gtest.h>

#include <thread>

#include "served.h"

namespace bridge::test {
namespace {

Stream::Chunk chunk(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

TEST(StreamTest, GoesOnForAsLongAsItsSenderDoes) {
  Served served;
  const Socket reader = ask(served.port(), "GET /stream HTTP/1.1");
  const std::string head = read_until(reader, "\r\n\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("Content-Length"), std::string::npos) << head;

  EXPECT_TRUE(served.stream(0)->send(chunk("one")));
  EXPECT_EQ(read_until(reader, "one\r\n"), "3\r\none\r\n");
  EXPECT_TRUE(served.stream(0)->send(chunk("and another one")));
  EXPECT_EQ(read_until(reader, "one\r\n"), "f\r\nand another one\r\n");

  served.stream(0)->end();
  EXPECT_EQ(read_to_end(reader), "0\r\n\r\n");
  EXPECT_FALSE(served.stream(0)->send(chunk("too late")));
  EXPECT_EQ(served.ended(), 1);
}

TEST(StreamTest, SendsTheBytesAsTheyAreToHttp10) {
  Served served;
  const Socket reader = ask(served.port(), "GET /stream HTTP/1.0");
  read_until(reader, "\r\n\r\n");
  served.stream(0)->send(chunk("one"));
  served.stream(0)->end();
  EXPECT_EQ(read_to_end(reader), "one");
}

TEST(StreamTest, AnswersHeadWithTheHeadAndEndsTheStream) {
  Served served;
  const Socket reader = ask(served.port(), "HEAD /stream HTTP/1.1");
  EXPECT_TRUE(read_to_end(reader).ends_with("\r\n\r\n"));
  EXPECT_FALSE(served.stream(0)->send(chunk("one")));
}

TEST(StreamTest, SharesOneBufferAmongManyReaders) {
  constexpr std::size_t readers = 200;
  Served served;
  std::vector<Socket> sockets;
  for (std::size_t i = 0; i < readers; ++i) sockets.push_back(ask(served.port(), "GET /stream HTTP/1.1"));
  served.stream(readers - 1);
  for (const Socket& socket : sockets) read_until(socket, "\r\n\r\n");
  const Stream::Chunk shared = chunk(std::string(1000, 'x') + "\n");
  for (std::size_t i = 0; i < readers; ++i) EXPECT_TRUE(served.stream(i)->send(shared));
  for (const Socket& socket : sockets) EXPECT_EQ(read_until(socket, "x\n\r\n").size(), 1001 + 7U);
}

TEST(StreamTest, CutsOffASlowReaderWithAFinalNoticeAndNobodyElse) {
  Served served;
  const Socket slow = ask(served.port(), "GET /stream HTTP/1.1");
  served.stream(0);
  const Socket quick = ask(served.port(), "GET /stream HTTP/1.1");
  served.stream(1);
  const Stream::Chunk big = chunk(std::string(65536, 'x'));
  std::size_t taken = 0;
  while (served.stream(0)->send(big)) ++taken;  // until its socket and its backlog are full
  EXPECT_FALSE(served.stream(0)->is_open());
  EXPECT_TRUE(served.stream(1)->send(chunk("unhurt")));
  EXPECT_NE(read_until(quick, "unhurt").find("unhurt"), std::string::npos);

  const std::string all = read_to_end(slow);
  EXPECT_TRUE(all.ends_with(std::string(Served::overflow_notice) + "\r\n0\r\n\r\n"))
      << all.substr(all.size() - 40);
  EXPECT_LE(all.size(), taken * 65536 + 10000);
  EXPECT_EQ(served.ended(), 1);
}

TEST(StreamTest, TellsItsSenderThatTheReaderHasLeft) {
  Served served;
  {
    const Socket reader = ask(served.port(), "GET /stream HTTP/1.1");
    read_until(reader, "\r\n\r\n");
  }
  EXPECT_TRUE(eventually(within(soon), [&] { return served.ended() == 1; }));
  EXPECT_FALSE(served.stream(0)->send(chunk("to nobody")));
}

TEST(StreamTest, EndsAtOnceWhenItsRequestHasBeenAnsweredAlready) {
  Served served({}, std::chrono::seconds(1));
  const Socket client = ask(served.port(), "GET /wait HTTP/1.1");
  const Responder responder = served.responder(0);
  EXPECT_TRUE(read_until(client, "\"code\":128}").starts_with("HTTP/1.1 504 "));
  const auto stream = std::make_shared<Stream>(Stream::Options{});
  Response response{200, "text/plain", "", {}};
  response.stream = stream;
  responder.complete(std::move(response));
  EXPECT_TRUE(eventually(within(soon), [&] { return !stream->is_open(); }));
}

TEST(StreamTest, DoesNotListenToItsReader) {
  Served served;
  const Socket reader = ask(served.port(), "GET /stream HTTP/1.1");
  read_until(reader, "\r\n\r\n");
  reader.send_all("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  served.stream(0)->send(chunk("one"));
  served.stream(0)->end();
  EXPECT_EQ(read_to_end(reader), "3\r\none\r\n0\r\n\r\n");
  EXPECT_EQ(served.streams(), 1U);
}

TEST(StreamTest, EndsWhenTheServerStops) {
  Served served;
  Socket reader = ask(served.port(), "GET /stream HTTP/1.1");
  read_until(reader, "\r\n\r\n");
  served.stream(0)->send(chunk("last"));
  std::thread stopping([&] { served.server().stop(soon); });
  EXPECT_EQ(read_to_end(reader), "4\r\nlast\r\n0\r\n\r\n");
  reader.close();
  stopping.join();
}

TEST(StreamTest, TakesFromManyThreadsWhatOneSenderSentInOrder) {
  Served served;
  const Socket reader = ask(served.port(), "GET /stream HTTP/1.0");
  read_until(reader, "\r\n\r\n");
  const auto stream = served.stream(0);
  std::vector<std::thread> senders;
  for (const char name : {'a', 'b', 'c', 'd'})
    senders.emplace_back([stream, name] {
      for (char i = '0'; i <= '9'; ++i) stream->send(chunk(std::string{name, i}));
    });
  for (std::thread& sender : senders) sender.join();
  stream->end();
  const std::string all = read_to_end(reader);
  EXPECT_EQ(all.size(), 80U);
  for (const char name : {'a', 'b', 'c', 'd'}) {
    std::string digits;
    for (std::size_t i = 0; i + 1 < all.size(); i += 2)
      if (all[i] == name) digits += all[i + 1];
    EXPECT_EQ(digits, "0123456789");
  }
}

}  // namespace
}  // namespace bridge::test
