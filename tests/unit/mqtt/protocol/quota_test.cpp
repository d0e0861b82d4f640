#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

TEST(QuotaTest, CountsQos1And2UntilTheirLastAcknowledgement) {
  play({
      connected(Version::v5, window_of(2)),
      publish("a", qos1),
      publish("b", qos2),
      takes_no(qos1),
      takes_no(qos2),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos2 b"}),
      reply(pubrec(2)),
      takes_no(qos1),
      expect({"PUBREL 2"}),
      reply(pubcomp(2)),
      told({"accepted b"}),
      publish("c", qos2),
      takes_no(qos1),
      expect({"PUBLISH 3 qos2 c"}),
      reply(pubrec(3, 0x80)),
      told({"refused c 0x80"}),
      takes(qos1),
      reply(puback(1, 0x80)),
      told({"refused a 0x80"}),
  });
}

TEST(QuotaTest, NeverHoldsQos0Back) {
  play({
      connected(Version::v5, window_of(1)),
      publish("a", qos1),
      takes_no(qos1),
      publish("b", qos0),
      expect({"PUBLISH 1 qos1 a", "PUBLISH qos0 b"}),
      told({"accepted b"}),
      reply(puback(1)),
      told({"accepted a"}),
  });
}

TEST(QuotaTest, BoundsWhatWaitsForTheSocketBesideThePacketThatGoesOut) {
  play({
      connected(),
      publish("large", qos0, 10'000'000),
      takes_no(qos0),
      write(1),
      publish("b", qos0, 40000),
      takes(qos0),
      publish("c", qos0, 40000),
      takes_no(qos0),
      takes_no(qos1),
      write(10'040'000),
      told({"accepted large"}),
      takes(qos1),
      expect({"PUBLISH qos0 10000000 bytes", "PUBLISH qos0 40000 bytes", "PUBLISH qos0 40000 bytes"}),
      told({"accepted b", "accepted c"}),
  });
}

TEST(QuotaTest, LeavesIdentifiersForSubscriptions) {
  ScriptedBroker broker(client_settings());
  connected().act(broker);
  std::size_t sent = 0;
  while (broker.protocol().takes(qos1)) {
    broker.protocol().publish(broker.message(std::to_string(sent++), qos1), broker.now());
    broker.drain();
  }
  EXPECT_EQ(sent, 65535 - SubscriptionsUnderWay::most);
  const std::vector<Subscription> subscriptions{{"a", qos1}};
  for (std::size_t i = 0; i < SubscriptionsUnderWay::most; ++i) broker.protocol().subscribe(subscriptions);
  EXPECT_THROW(broker.protocol().subscribe(subscriptions), std::length_error);
  EXPECT_TRUE(broker.protocol().takes(qos0) || broker.protocol().output().size() > 0);
}

TEST(QuotaTest, SurvivesAMessageThatCannotBeEncoded) {
  ScriptedBroker broker(client_settings());
  connected(Version::v5, window_of(1)).act(broker);
  Outgoing& outgoing = broker.message("a", qos1);
  const std::string topic_name = std::exchange(outgoing.message.topic_name, std::string(65536, 'x'));
  for (int i = 0; i < 5000; ++i)
    EXPECT_THROW(broker.protocol().publish(outgoing, broker.now()), std::length_error);
  outgoing.message.topic_name = topic_name;
  ASSERT_TRUE(broker.protocol().takes(qos1));
  broker.protocol().publish(outgoing, broker.now());
  EXPECT_LE(outgoing.in_session, PacketIdentifiers::resting + 1) << "its identifier was freed each time";
  EXPECT_EQ(broker.drain().size(), 1U);
}

}  // namespace
}  // namespace bridge::mqtt
