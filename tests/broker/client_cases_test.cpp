// Requests of real clients, to the byte: each must get an answer that works, or that says what to do.

#include "client_cases.h"

#include <gtest/gtest.h>

#include <map>

#include "bridge_fixture.h"
#include "support/active_clients.h"
#include "support/raw_exchange.h"

namespace bridge::test {
namespace {

std::string with_host(std::string wire, const std::string& host) {
  static const std::string mark = "{host}";
  for (std::size_t at = wire.find(mark); at != std::string::npos; at = wire.find(mark, at + host.size()))
    wire.replace(at, mark.size(), host);
  return wire;
}

class ClientCasesTest : public ::testing::Test {
 protected:
  /// Performs all cases, those of the same settings on one bridge.
  void perform(const std::vector<ClientCase>& cases) {
    std::map<std::string, std::vector<const ClientCase*>> by_settings;
    for (const ClientCase& each : cases) by_settings[each.settings].push_back(&each);
    for (const auto& [settings, group] : by_settings) perform_on(settings, group);
  }

 private:
  void perform_on(const std::string& settings, const std::vector<const ClientCase*>& cases) {
    BridgeOptions options;
    options.mqtt_port = broker_.port();
    options.http = settings;
    options.transport = Transport::http;
    const BridgeProcess bridge(options);
    for (const ClientCase* each : cases) {
      SCOPED_TRACE(each->who);
      perform_one(bridge, *each);
    }
  }

  void perform_one(const BridgeProcess& bridge, const ClientCase& wanted) {
    MqttProbe probe(broker_.port(), {.client_id = "probe-of-cases"});
    ASSERT_LT(probe.subscribe("#", 2), 128);
    const std::string host = "127.0.0.1:" + std::to_string(bridge.port());
    const HttpResponse response = answer_to(bridge, wanted, with_host(wanted.wire, host));
    EXPECT_EQ(response.status, wanted.status) << response.content;
    for (const std::string& word : wanted.words)
      EXPECT_NE(response.content.find(word), std::string::npos) << word << "\nin " << response.content;
    for (const auto& [name, value] : wanted.fields) EXPECT_EQ(response.field(name), value) << name;
    expect_arrival(bridge, probe, wanted);
  }

  static HttpResponse answer_to(const BridgeProcess& bridge, const ClientCase& wanted,
                                const std::string& wire) {
    const bool head_only = wire.starts_with("HEAD ");
    if (wanted.closes) return only_answer_to(bridge, wire, head_only);
    HttpClient client = bridge.http();
    EXPECT_TRUE(client.send_raw(wire));
    return client.receive_response(within(soon), head_only);
  }

  /// The answer after which the connection ends, with nothing behind it.
  static HttpResponse only_answer_to(const BridgeProcess& bridge, const std::string& wire, bool head_only) {
    const Socket socket = bridge.endpoint().connect();
    socket.send_all(wire);
    const TimePoint deadline = within(soon);
    std::string received = received_to_the_end(socket, deadline);
    EXPECT_LT(Clock::now(), deadline) << "the connection stays open";
    if (head_only) {
      EXPECT_EQ(received.find("\r\n\r\n") + 4, received.size())
          << "an answer to HEAD has content: " << received;
      received.append(65536, 'x');  // the content that Content-Length announces
    }
    std::vector<HttpResponse> responses = responses_in(received);
    if (responses.empty()) return {};
    if (!head_only) {
      EXPECT_EQ(responses.size(), 1U) << "a second answer: " << received;
    }
    return head_only ? HttpResponse{responses[0].status, responses[0].fields, ""} : responses[0];
  }

  /// Publishes a mark: messages that arrive before it come from the request.
  void expect_arrival(const BridgeProcess& bridge, const MqttProbe& probe, const ClientCase& wanted) const {
    expect_success(bridge.http().request("POST", "/topics/mark?qos=1", "mark"));
    ASSERT_TRUE(probe.wait_for([](const auto& message) { return message.topic == "mark"; }, within(soon)));
    std::vector<ReceivedMessage> came = probe.received();
    std::erase_if(came,
                  [](const ReceivedMessage& message) { return message.topic == "mark" || message.retain; });
    ASSERT_EQ(came.size(), wanted.arrival ? 1U : 0U) << (came.empty() ? "" : came.front().topic);
    if (!wanted.arrival) return;
    EXPECT_EQ(came.front().topic, wanted.arrival->topic);
    EXPECT_EQ(came.front().payload, wanted.arrival->payload);
    EXPECT_EQ(came.front().qos, wanted.arrival->qos);
    const Properties& properties = wanted.arrival->properties;
    EXPECT_EQ(came.front().properties.content_type, properties.content_type);
    EXPECT_EQ(came.front().properties.user_properties, properties.user_properties);
    expect_retained(*wanted.arrival);
  }

  /// A live subscriber sees no retain flag: a new subscriber is given the retained message.
  void expect_retained(const Arrival& arrival) const {
    MqttProbe later(broker_.port(), {.client_id = "later-probe"});
    ASSERT_LT(later.subscribe(arrival.topic, 1), 128);
    ASSERT_EQ(later.subscribe("after/retained", 1), 1);
    ASSERT_LT(later.publish("after/retained", "", 1), 128);
    ASSERT_TRUE(later.wait_for_topic("after/retained", within(soon)));
    EXPECT_EQ(later.received().front().retain, arrival.retain);
    if (arrival.retain) later.publish(arrival.topic, "", 1, true);
  }

  Mosquitto broker_;
};

TEST_F(ClientCasesTest, WhatIsSentAsContentWorksOrIsToldWhatToDo) { perform(content_cases()); }

TEST_F(ClientCasesTest, WhatIsSentAsHttpWorksOrIsToldWhatToDo) { perform(wire_cases()); }

TEST_F(ClientCasesTest, WhatPagesAndProxiesSendWorksOrIsToldWhatToDo) { perform(origin_cases()); }

}  // namespace
}  // namespace bridge::test
