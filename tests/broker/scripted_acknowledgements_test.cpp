// Acknowledgements that do not fit, and those that do not come: none confirms a message that the broker does
// not have, and none ends more than its connection.

#include <gtest/gtest.h>

#include "problem.h"
#include "scripted_fixture.h"

namespace bridge::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

TEST(LoweredQosTest, PubackForQos2IsTheConfirmationAndIsToldOnce) {
  const ScriptedBroker broker(
      {{expect("CONNECT 3.1.1 clean"), reply(connack_311()), expect("PUBLISH t=a qos 2"), puback("a"),
        expect("PUBLISH t=b qos 2"), puback("b"), expect("PUBLISH t=c qos 1"), puback("c")}});
  const BridgeProcess bridge(on_script(broker, "version = 3"));
  expect_success(post(bridge, "t", "a", 2));
  expect_success(post(bridge, "t", "b", 2));
  expect_success(post(bridge, "t", "c", 1));
  EXPECT_TRUE(broker.wait_until_played(1, within(soon)));
  const char* const warning = "[warning] The broker answers QoS 2 as QoS 1";
  EXPECT_TRUE(bridge.output().wait_for_line(warning, within(soon)));
  EXPECT_EQ(bridge.output().count(warning), 1U) << bridge.output().text();
  EXPECT_EQ(broker.connects(), 1);
}

/// A wrong answer of a broker to a PUBLISH.
struct Misfit {
  const char* name;
  int qos;
  std::function<std::string(std::uint16_t identifier)> bytes;
  int reason_code = 130;  // of the DISCONNECT: Protocol Error
};

std::uint16_t other_than(std::uint16_t identifier) { return static_cast<std::uint16_t>(identifier + 7); }

const Misfit misfits[] = {
    {"PubackOfAnother", 1,
     [](auto id) { return acknowledgement_packet(PacketType::puback, other_than(id)); }},
    {"PubackOf0", 1, [](auto) { return acknowledgement_packet(PacketType::puback, 0); }},
    {"PubrecAtQos1", 1, [](auto id) { return acknowledgement_packet(PacketType::pubrec, id); }},
    {"PubcompAtQos1", 1, [](auto id) { return acknowledgement_packet(PacketType::pubcomp, id); }},
    {"PubcompBeforePubrec", 2, [](auto id) { return acknowledgement_packet(PacketType::pubcomp, id); }},
    {"PubcompOfAnother", 2,
     [](auto id) { return acknowledgement_packet(PacketType::pubcomp, other_than(id)); }},
    {"RefusingPubrecOfAnother", 2,
     [](auto id) { return acknowledgement_packet(PacketType::pubrec, other_than(id), 0x87); }},
    {"SubackOfNothing", 1,
     [](auto id) { return PacketWriter().two_bytes(id).byte(0).byte(0).packet(PacketType::suback); }},
    {"UnsubackOfNothing", 1,
     [](auto id) { return PacketWriter().two_bytes(id).byte(0).byte(0).packet(PacketType::unsuback); }},
    {"AnotherConnack", 1, [](auto) { return connack(); }},
    {"PubackWithFlags", 1, [](auto id) { return PacketWriter().two_bytes(id).packet(PacketType::puback, 2); },
     129},
    {"PubackOfOneByte", 1, [](auto) { return PacketWriter().byte(0).packet(PacketType::puback); }, 129},
};

class MisfitTest : public ::testing::TestWithParam<Misfit> {};

TEST_P(MisfitTest, ConfirmsNothingAndCostsTheConnectionAlone) {
  const Misfit& misfit = GetParam();
  const std::string publish = "PUBLISH t=m qos " + std::to_string(misfit.qos);
  const ScriptedBroker broker(
      {{expect("CONNECT 5 clean"), reply(connack()), expect(publish), reply_to("m", misfit.bytes),
        expect("DISCONNECT " + std::to_string(misfit.reason_code)), expect("end")},
       {expect("CONNECT 5 kept"), reply(connack(0, true)), expect(publish + " dup"),
        misfit.qos == 1 ? puback("m") : pubrec("m")}});
  const BridgeProcess bridge(on_script(broker));
  expect_success(post(bridge, "t", "m", misfit.qos));
  EXPECT_TRUE(broker.wait_until_played(2, within(soon)));
  EXPECT_EQ(broker.connects(), 2);
  EXPECT_EQ(bridge.output().count("[warning] Connection lost: the broker broke the protocol: "), 1U)
      << bridge.output().text();
}

INSTANTIATE_TEST_SUITE_P(All, MisfitTest, ::testing::ValuesIn(misfits),
                         [](const auto& misfit) { return misfit.param.name; });

TEST(RepeatedAcknowledgementTest, FreesNoIdentifierThatIsInUseAgain) {
  const ScriptedBroker broker(
      {{expect("CONNECT 5 clean"), reply(connack()), expect("PUBLISH t=a qos 1"), puback("a"),
        expect("PUBLISH t=b qos 1"), puback("a"), expect("DISCONNECT 130"), expect("end")},
       {expect("CONNECT 5 kept"), reply(connack(0, true)), expect("PUBLISH t=b qos 1 dup"), puback("b")}});
  const BridgeProcess bridge(on_script(broker));
  expect_success(post(bridge, "t", "a", 1));
  expect_success(post(bridge, "t", "b", 1));
  EXPECT_TRUE(broker.wait_until_played(2, within(soon)));
}

/// Never acknowledges topic "silent"; disconnects in an orderly way behind topic "leave".
std::optional<std::string> passes_over_silent(const HeardPublish& publish) {
  if (publish.topic == "silent") return std::string();
  // Server shutting down
  return acknowledgement_of(publish) + (publish.topic == "leave" ? disconnect(0x8B) : std::string());
}

class NeverAcknowledgedTest : public ::testing::TestWithParam<int> {
 protected:
  /// The bridge calls a message unanswered after three times ack_timeout, if a later one was acknowledged.
  void post_others_on(int connection) {
    ASSERT_TRUE(eventually(within(soon), [&] { return broker_.connects() == connection; }));
    const TimePoint connected_at = Clock::now();
    EXPECT_TRUE(eventually(within(10s), [&] {
      expect_success(post(bridge_, "other", "m", 1));
      return since(connected_at) > 3200ms;
    }));
  }

  // Receive Maximum 2: a message that is never acknowledged takes one place, and then gives it back
  const ScriptedBroker broker_{{{expect("CONNECT 5 clean"), reply(connack(0, false, {"\x21\x00\x02", 3})),
                                 serve_by(passes_over_silent), expect("end")},
                                {expect("CONNECT 5 kept"), reply(connack(0, true, {"\x21\x00\x02", 3})),
                                 serve_by(passes_over_silent), expect("end")}}};
  const BridgeProcess bridge_{[&] {
    BridgeOptions options = on_script(broker_, "ack_timeout = 1");
    options.keep_state = true;
    return options;
  }()};
};

TEST_P(NeverAcknowledgedTest, IsADeadLetterAfterThreeConnectionsAndOthersGoOn) {
  EXPECT_EQ(post(bridge_, "silent", "m", GetParam()).status, 202);
  for (int connection = 1; connection < 3; ++connection) {
    post_others_on(connection);
    EXPECT_NE(bridge_.http().get("/readyz").content.find("messages that the broker does not acknowledge: 1"),
              std::string::npos);
    expect_success(post(bridge_, "leave", "m", 1));
  }
  post_others_on(3);
  EXPECT_TRUE(eventually(within(soon), [&] {
    return bridge_.http().get("/outbox").json().value("dead_letters", 0) == 1;
  })) << bridge_.http().get("/outbox").content;
  EXPECT_EQ(bridge_.http().get("/outbox/dead").json()["dead_letters"][0]["topic"], "silent");
  EXPECT_EQ(broker_.payloads_of("silent").size(), 3U) << "once for each connection: no timer repeats it";
}

INSTANTIATE_TEST_SUITE_P(Qos, NeverAcknowledgedTest, ::testing::Values(1, 2));

}  // namespace
}  // namespace bridge::test
