// The entries of the witness, from bytes as they pass.

#include "witness.h"

#include <gtest/gtest.h>

namespace bridge::test {
namespace {

class WitnessTest : public ::testing::Test {
 protected:
  void connect(std::size_t connection, bool session_present) {
    PacketWriter writer;
    writer.byte(session_present ? 1 : 0).byte(0).byte(0);
    witness_.from_broker(connection, writer.packet(PacketType::connack));
  }

  static std::string publish(int qos, std::uint16_t identifier, bool again = false, std::size_t number = 0) {
    PacketWriter writer;
    writer.text(topic_of({0, number})).two_bytes(identifier).byte(0).raw(payload_of({0, number}));
    return writer.packet(PacketType::publish,
                         static_cast<std::uint8_t>((again ? 8 : 0) | static_cast<int>(qos * 2)));
  }

  void answer(std::size_t connection, PacketType type, std::uint16_t identifier, int reason_code = -1) {
    PacketWriter writer;
    writer.two_bytes(identifier);
    if (reason_code >= 0) writer.byte(static_cast<std::uint8_t>(reason_code));
    witness_.from_broker(connection, writer.packet(type));
  }

  LedgerTotals totals() {
    ledger_.answered({0, 0}, 202);
    return ledger_.compare(false);
  }

  RunLedger ledger_{{2}};
  Witness witness_{ledger_, "id"};
};

TEST_F(WitnessTest, OnlyAPubackOfSuccessOnItsConnectionConfirms) {
  witness_.to_broker(0, publish(1, 7));
  answer(1, PacketType::puback, 7);
  answer(0, PacketType::puback, 8);
  EXPECT_EQ(totals().lost, 1U);
  answer(0, PacketType::puback, 7, 0x87);
  EXPECT_EQ(totals().lost, 1U) << "refused for good";
  witness_.to_broker(0, publish(1, 9));
  answer(0, PacketType::puback, 9, 0x10);
  EXPECT_EQ(totals().lost, 0U);
}

TEST_F(WitnessTest, APacketThatIsCutWasNotSent) {
  const std::string packet = publish(1, 7);
  witness_.to_broker(0, packet.substr(0, packet.size() - 1));
  answer(0, PacketType::puback, 7);
  EXPECT_EQ(totals().lost, 1U);
  witness_.to_broker(0, packet.substr(packet.size() - 1));
  answer(0, PacketType::puback, 7);
  EXPECT_EQ(totals().lost, 0U);
}

TEST_F(WitnessTest, AtQos2ThePubcompConfirmsAlsoOverTheNextConnectionOfTheSession) {
  witness_.to_broker(0, publish(2, 7));
  answer(0, PacketType::pubrec, 7);
  EXPECT_EQ(totals().lost, 1U);
  connect(1, true);
  witness_.to_broker(1, publish(2, 7, true));
  answer(1, PacketType::pubcomp, 7);
  EXPECT_EQ(totals().lost, 0U);
  EXPECT_EQ(totals().duplicates, 0U) << "the session knows that it is the same";
}

TEST_F(WitnessTest, APubcompOfABrokerThatLostTheSessionConfirmsNothing) {
  witness_.to_broker(0, publish(2, 7));
  answer(0, PacketType::pubrec, 7);
  connect(1, false);
  answer(1, PacketType::pubcomp, 7);
  EXPECT_EQ(totals().lost, 1U);
}

TEST_F(WitnessTest, AtQos2APubcompWithoutAPubrecConfirmsNothing) {
  witness_.to_broker(0, publish(2, 7));
  answer(0, PacketType::pubcomp, 7);
  EXPECT_EQ(totals().lost, 1U) << "the PUBLISH may not have reached the broker";
}

TEST_F(WitnessTest, AtQos2TheSameAfterARefusalThatWasLostIsNoSecondMessage) {
  connect(0, false);
  witness_.to_broker(0, publish(2, 7));
  answer(0, PacketType::pubrec, 7, 0x87);
  connect(1, true);
  witness_.to_broker(1, publish(2, 7, true));
  EXPECT_EQ(totals().repeated, 0U);
  EXPECT_EQ(totals().lost, 1U) << "refused";
}

TEST_F(WitnessTest, AtQos2TheSameAfterThePubrelIsAnotherMessageInTheSameSession) {
  connect(0, false);
  witness_.to_broker(0, publish(2, 7));
  answer(0, PacketType::pubrec, 7);
  PacketWriter pubrel;
  pubrel.two_bytes(7);
  witness_.to_broker(0, pubrel.packet(PacketType::pubrel, 2));
  witness_.to_broker(1, publish(2, 7, true));
  EXPECT_EQ(ledger_.compare(false).duplicates, 1U);
  EXPECT_EQ(ledger_.compare(false).repeated, 1U);
}

TEST_F(WitnessTest, AtQos2ASessionIsUntoldIfTheBridgeFellSilentAfterItsConnack) {
  connect(0, false);
  witness_.to_broker(0, publish(2, 7));
  connect(1, false);
  connect(2, true);
  witness_.to_broker(2, publish(2, 7, true));
  ledger_.answered({0, 0}, 200);
  EXPECT_EQ(ledger_.compare(false).repeated, 0U);
  connect(3, false);
  witness_.to_broker(3, publish(2, 7, true));
  EXPECT_EQ(ledger_.compare(false).repeated, 1U) << "of the session on connection 3 it was told";
}

TEST_F(WitnessTest, ReadsWhatMqtt311WritesWithoutProperties) {
  PacketWriter connect;
  connect.text("MQTT").byte(4).byte(2).two_bytes(60).text("client");
  witness_.to_broker(0, connect.packet(PacketType::connect));
  PacketWriter publish;
  publish.text(topic_of({0, 0})).two_bytes(7).raw(payload_of({0, 0}));
  witness_.to_broker(0, publish.packet(PacketType::publish, 2));
  answer(0, PacketType::puback, 7);
  EXPECT_EQ(totals().lost + totals().damaged, 0U);
}

TEST_F(WitnessTest, TheSameMessageOnTwoConnectionsIsADuplicate) {
  witness_.to_broker(0, publish(1, 7));
  witness_.to_broker(1, publish(1, 7, true));
  answer(1, PacketType::puback, 7);
  EXPECT_EQ(totals().duplicates, 1U);
  EXPECT_EQ(witness_.connections_used(), 2U);
}

TEST_F(WitnessTest, AnotherPayloadThanWasPostedIsDamage) {
  std::string packet = publish(1, 7, false, 3);
  packet.back() = '?';
  witness_.to_broker(0, packet);
  EXPECT_EQ(totals().damaged, 1U);
}

TEST_F(WitnessTest, OnlyWhatIsSentAfterTheHealingTellsOfRecovery) {
  witness_.to_broker(0, publish(1, 7));
  witness_.expect_confirmation();
  answer(0, PacketType::puback, 7);
  EXPECT_FALSE(witness_.wait_for_confirmation(Clock::now()));
  witness_.to_broker(0, publish(1, 8));
  answer(0, PacketType::puback, 8);
  EXPECT_TRUE(witness_.wait_for_confirmation(Clock::now()));
}

}  // namespace
}  // namespace bridge::test
