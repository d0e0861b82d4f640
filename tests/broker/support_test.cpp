// The tools that the other tests trust, tried against a real broker.

#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/child_process.h"
#include "support/fake_broker.h"
#include "support/mosquitto.h"
#include "support/mqtt_probe.h"
#include "support/tcp_proxy.h"

namespace bridge::test {
namespace {

TEST(SupportTest, AProbeReceivesEveryPropertyAnotherSent) {
  const Mosquitto broker;
  MqttProbe reader(broker.port(), {.client_id = "reader"});
  MqttProbe writer(broker.port(), {.client_id = "writer"});
  ASSERT_EQ(reader.subscribe("t/#", 2), 2);
  const Properties properties{.payload_format_indicator = 1,
                              .content_type = "text/plain",
                              .response_topic = "answers",
                              .correlation_data = std::string("\0\1", 2),
                              .user_properties = {{"b", "1"}, {"a", "2"}, {"b", "3"}}};
  for (const int qos : {0, 1, 2})
    ASSERT_EQ(writer.publish("t/" + std::to_string(qos), "p", qos, false, properties), 0);
  for (const int qos : {0, 1, 2}) {
    const auto message = reader.wait_for_topic("t/" + std::to_string(qos), within(std::chrono::seconds(5)));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->qos, qos);
    EXPECT_EQ(message->payload, "p");
    EXPECT_EQ(message->properties, properties);
  }
}

TEST(SupportTest, AProbeOf311HearsTheRealMosquittoPub) {
  const Mosquitto broker;
  MqttProbe reader(broker.port(), {.client_id = "old", .protocol_level = 4});
  ASSERT_EQ(reader.subscribe("t", 1), 1);
  const Command command{"mosquitto_pub", {"-p", broker.port_text(), "-t", "t", "-m", "hello", "-q", "1"}};
  EXPECT_EQ(run_program(command).status, 0);
  const auto message = reader.wait_for_topic("t", within(std::chrono::seconds(5)));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "hello");
}

TEST(SupportTest, AProbeKeepsUpWithTwentyThousandMessages) {
  const Mosquitto broker;
  MqttProbe reader(broker.port(), {.client_id = "reader"});
  MqttProbe writer(broker.port(), {.client_id = "writer"});
  ASSERT_EQ(reader.subscribe("flood", 0), 0);
  const TimePoint start = Clock::now();
  for (int i = 0; i < 20000; ++i) writer.publish("flood", std::to_string(i));
  ASSERT_TRUE(reader.wait_for_count(20000, within(std::chrono::seconds(10))));
  RecordProperty("milliseconds", std::to_string(since(start).count()));
  EXPECT_EQ(reader.received().back().payload, "19999");
}

TEST(SupportTest, AKilledBrokerComesBackOnItsPort) {
  Mosquitto broker;
  broker.kill();
  EXPECT_FALSE(port_is_open(broker.port()));
  broker.start();
  MqttProbe probe(broker.port());
  EXPECT_EQ(probe.subscribe("a", 0), 0);
  EXPECT_TRUE(broker.wait_for_subscription("probe", "a", within(std::chrono::seconds(5))));
  EXPECT_EQ(broker.connections_of("probe"), 1U);
}

TEST(SupportTest, AProxyRefusesOnlyVersion5) {
  const Mosquitto broker;
  TcpProxy proxy(broker.port());
  proxy.refuse_version_5();
  EXPECT_THROW(MqttProbe(proxy.port(), {.client_id = "new"}), std::runtime_error);
  EXPECT_EQ(proxy.refused_connects(), 1);
  MqttProbe old(proxy.port(), {.client_id = "old", .protocol_level = 4});
  EXPECT_EQ(old.subscribe("a", 1), 1);
}

TEST(SupportTest, AFakeBrokerAnswersByItsScript) {
  BrokerScript script;
  script.suback = [](const std::string& filter, int qos) { return filter == "secret" ? 0x87 : qos; };
  script.puback = [](const std::string& topic) { return topic == "full" ? 0x97 : 0; };
  const FakeBroker broker(script);
  MqttProbe probe(broker.port());
  EXPECT_EQ(probe.subscribe("secret"), 0x87);
  EXPECT_EQ(probe.subscribe("open", 1), 1);
  EXPECT_EQ(probe.publish("full", "x", 1), 0x97);
  EXPECT_EQ(probe.publish("free", "x", 2), 0);
}

TEST(SupportTest, CertificatesAreSignedByTheirAuthorityOnly) {
  const Certificates& certificates = Certificates::instance();
  const auto verify = [&](const std::string& authority) {
    return run_program({"openssl", {"verify", "-CAfile", authority, certificates.for_loopback().cert_file}})
        .status;
  };
  EXPECT_EQ(verify(certificates.ca_file()), 0);
  EXPECT_NE(verify(certificates.unknown_ca_file()), 0);
}

}  // namespace
}  // namespace bridge::test
