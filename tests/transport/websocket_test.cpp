// Promises of WebSocket alone: frames in pieces, Ping and Close, bytes behind the handshake's answer.

#include <gtest/gtest.h>

#include "client.h"
#include "peer.h"

namespace bridge::test {
namespace {

using Kind = mqtt::ConnectFailure::Kind;

TEST(WebSocketTransportTest, BytesBehindTheAnswerInTheSameReadAreNotLost) {
  PeerThread peer([](Peer& broker) {
    broker.accept_websocket(
        "\x82\x05"
        "early");
    broker.receive_all();
  });
  Client client;
  ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
  EXPECT_TRUE(client.receives("early"));
}

TEST(WebSocketTransportTest, ABrokerThatDoesNotWaitToBeSpokenToIsCutOff) {
  PeerThread peer([](Peer& broker) {
    const std::string flood =
        "\x82\x7F" + std::string("\0\0\0\0\x7F\xFF\xFF\xFF", 8) + std::string(1000000, 'x');
    if (broker.accept_websocket(flood)) broker.receive_all();
  });
  Client client;
  std::unique_ptr<mqtt::Transport> transport;
  client.connector.connect(ws_at(peer.port()), nullptr, std::chrono::seconds(10),
                           [&](mqtt::ConnectResult result) {
                             transport = std::move(std::get<std::unique_ptr<mqtt::Transport>>(result));
                           });
  ASSERT_TRUE(client.run_until([&] { return transport != nullptr; }));
  // start() is not called: the bytes that are held for it are bounded.
  EXPECT_TRUE(client.run_to_the_end()) << "it reads no more";
}

TEST(WebSocketTransportTest, FragmentsAndPingsBetweenThemAreUnderstood) {
  std::string pong;
  {
    PeerThread peer([&](Peer& broker) {
      if (!broker.accept_websocket()) return;
      broker.send(std::string("\x02\x03"
                              "one"
                              "\x00\x03"
                              "two"
                              "\x89\x04"
                              "here"
                              "\x80\x05"
                              "three",
                              23) +
                  "\x82\x04"
                  "four");
      pong = broker.receive_frame();
      broker.receive_all();
    });
    Client client;
    ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
    EXPECT_TRUE(client.receives("onetwothreefour"));
    client.transport->close();
    client.run_to_the_end();
  }
  EXPECT_EQ(pong,
            "\x8A"
            "here");
}

TEST(WebSocketTransportTest, AFrameThatArrivesByteByByteIsTheSame) {
  PeerThread peer([](Peer& broker) {
    if (!broker.accept_websocket()) return;
    for (const char c : std::string("\x82\x7E\x00\x7F", 4) + std::string(127, 'x')) broker.send({&c, 1});
    broker.receive_all();
  });
  Client client;
  ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
  EXPECT_TRUE(client.receives(std::string(127, 'x')));
}

TEST(WebSocketTransportTest, SeveralPacketsLeaveInOneFrame) {
  std::string frame;
  {
    PeerThread peer([&](Peer& broker) {
      if (broker.accept_websocket()) frame = broker.receive_frame();
      broker.receive_all();
    });
    Client client;
    ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
    const std::array<std::string_view, 3> parts{"one", "two", "three"};
    EXPECT_EQ(client.transport->write(parts), 11U);
    client.transport->close();
    client.run_to_the_end();
  }
  EXPECT_EQ(frame,
            "\x82"
            "onetwothree");
}

TEST(WebSocketTransportTest, CloseIsAnsweredAndTold) {
  std::string answer;
  {
    PeerThread peer([&](Peer& broker) {
      if (!broker.accept_websocket()) return;
      broker.send(
          "\x82\x02"
          "ok"
          "\x88\x0A\x03\xE9"
          "going\x1B[m");
      answer = broker.receive_frame();
      broker.receive_all();
    });
    Client client;
    ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
    ASSERT_TRUE(client.ends());
    EXPECT_EQ(client.received, "ok");
    EXPECT_TRUE(client.end->by_peer);
    EXPECT_EQ(client.end->words, "closed by the broker (WebSocket status 1001: going\\x1b[m)");
    client.run_to_the_end();
  }
  EXPECT_EQ(answer, "\x88\x03\xE9");
}

TEST(WebSocketTransportTest, OurCloseIsAFrameOfItsOwn) {
  std::string last;
  {
    PeerThread peer([&](Peer& broker) {
      if (broker.accept_websocket()) last = broker.receive_frame();
      broker.receive_all();
    });
    Client client;
    ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
    client.transport->close();
    client.run_to_the_end();
  }
  EXPECT_EQ(last, "\x88\x03\xE8");
}

TEST(WebSocketTransportTest, WhatBreaksTheProtocolIsToldToBothSides) {
  std::string answer;
  {
    PeerThread peer([&](Peer& broker) {
      if (!broker.accept_websocket()) return;
      broker.send(
          "\x81\x04"
          "text");
      answer = broker.receive_frame();
      broker.receive_all();
    });
    Client client;
    ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
    ASSERT_TRUE(client.ends());
    EXPECT_FALSE(client.end->by_peer);
    EXPECT_EQ(client.end->words, "the broker breaks the WebSocket protocol: a text frame");
    client.run_to_the_end();
  }
  EXPECT_EQ(answer, "\x88\x03\xEB");
}

TEST(WebSocketTransportTest, ABrokerThatSendsPingsAndTakesNoAnswersFillsNoMemory) {
  PeerThread peer([](Peer& broker) {
    if (!broker.accept_websocket() || broker.receive_frame().empty()) return;
    std::string pings;
    for (int i = 0; i < 1000; ++i) pings += "\x89\x7D" + std::string(125, 'p');
    for (int i = 0; i < 300; ++i)
      if (!broker.send(pings)) return;
    broker.send(
        "\x82\x04"
        "done");
    broker.receive_all();
  });
  Client client;
  ASSERT_TRUE(client.connect(ws_at(peer.port()))) << client.failure->words;
  EXPECT_TRUE(client.write("go"));
  EXPECT_TRUE(client.receives("done")) << (client.end ? client.end->words : "");
  EXPECT_LT(client.transport->traffic().queued, 20'000'000U) << "300,000 answers are 39 MB";
  client.transport->close();
}

TEST(WebSocketTransportTest, AnotherStatusThan101IsTold) {
  PeerThread peer([](Peer& broker) {
    broker.receive_head();
    broker.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    broker.receive_all();
  });
  Client client;
  EXPECT_FALSE(client.connect(ws_at(peer.port())));
  EXPECT_EQ(client.failure->kind, Kind::websocket);
  EXPECT_EQ(client.failure->words, "the broker answers HTTP 404 Not Found instead of 101");
}

TEST(WebSocketTransportTest, AnMqttBrokerWithoutWebSocketIsTold) {
  PeerThread peer([](Peer& broker) {
    broker.receive_head();
    broker.send(std::string_view("\x20\x02\x00\x01", 4));
    broker.receive_all();
  });
  Client client;
  EXPECT_FALSE(client.connect(ws_at(peer.port())));
  EXPECT_EQ(client.failure->words, "the broker does not answer in HTTP/1.1");
}

}  // namespace
}  // namespace bridge::test
