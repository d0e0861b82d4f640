#include "connect_options.h"

#include <gtest/gtest.h>

#include "client_id.h"

namespace bridge::mqtt {
namespace {

ConnectRequest request(const std::string& uri, int version, bool clean_start = false) {
  return {uri, version, clean_start, "me"};
}

TEST(ConnectOptionsTest, AsksToResumeTheSessionAndToKeepItForAWhile) {
  MqttSettings settings;
  settings.session_expiry = std::chrono::seconds(123);
  ConnectOptions options(settings, request("tcp://h:1", 5));
  EXPECT_EQ(options.c_struct().cleanstart, 0);
  EXPECT_EQ(options.c_struct().MQTTVersion, MQTTVERSION_5);
  auto* properties = options.c_struct().connectProperties;
  ASSERT_NE(properties, nullptr);
  EXPECT_EQ(MQTTProperties_getNumericValue(properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL), 123);
}

TEST(ConnectOptionsTest, LeavesNoSessionOf3BehindAtTheBroker) {
  ConnectOptions options(MqttSettings{}, request("tcp://h:1", 4));
  EXPECT_EQ(options.c_struct().cleansession, 1);
  EXPECT_EQ(options.c_struct().MQTTVersion, MQTTVERSION_3_1_1);
}

TEST(ConnectOptionsTest, ReconnectsByItselfAndNotByTheLibrary) {
  ConnectOptions options(MqttSettings{}, request("tcp://h:1", 5));
  EXPECT_EQ(options.c_struct().automaticReconnect, 0);
}

TEST(ConnectOptionsTest, VerifiesPeerAndHostNameOfEveryTlsServer) {
  for (const char* uri : {"ssl://h:1", "wss://h:1"}) {
    ConnectOptions options(MqttSettings{}, request(uri, 5));
    ASSERT_NE(options.c_struct().ssl, nullptr) << uri;
    EXPECT_EQ(options.c_struct().ssl->enableServerCertAuth, 1);
    EXPECT_EQ(options.c_struct().ssl->verify, 1);
    EXPECT_EQ(options.c_struct().ssl->trustStore, nullptr);
    EXPECT_EQ(options.c_struct().ssl->disableDefaultTrustStore, 0);
  }
}

TEST(ConnectOptionsTest, TrustsNothingBesidesTheCaThatIsGiven) {
  MqttSettings settings;
  settings.tls = {"ca.pem", "cert.pem", "key.pem", {}, {}, {}};
  ConnectOptions options(settings, request("ssl://h:1", 5));
  ASSERT_NE(options.c_struct().ssl, nullptr);
  EXPECT_STREQ(options.c_struct().ssl->trustStore, "ca.pem");
  EXPECT_STREQ(options.c_struct().ssl->keyStore, "cert.pem");
  EXPECT_STREQ(options.c_struct().ssl->privateKey, "key.pem");
  EXPECT_EQ(options.c_struct().ssl->disableDefaultTrustStore, 1);
}

TEST(ConnectOptionsTest, OffersTheProtocolsInOrderAndOtherwiseNone) {
  ConnectRequest wanted = request("ssl://h:1", 5);
  wanted.alpn = alpn_list({"mqtt", std::string(255, 'x')});
  ConnectOptions options(MqttSettings{}, wanted);
  const MQTTAsync_SSLOptions& tls = *options.c_struct().ssl;
  ASSERT_NE(tls.protos, nullptr);
  EXPECT_EQ(std::string(tls.protos, tls.protos + tls.protos_len),
            std::string("\x04mqtt\xFF") + std::string(255, 'x'));
  ConnectOptions none(MqttSettings{}, request("ssl://h:1", 5));
  EXPECT_EQ(none.c_struct().ssl->protos, nullptr);
  EXPECT_EQ(none.c_struct().ssl->protos_len, 0u);
}

TEST(ConnectOptionsTest, HasAnEncryptedKeyFailInsteadOfAskingOnATerminal) {
  ConnectOptions options(MqttSettings{}, request("ssl://h:1", 5));
  EXPECT_STREQ(options.c_struct().ssl->privateKeyPassword, "");
}

TEST(ConnectOptionsTest, OpensAnEncryptedKeyByItsPassphrase) {
  MqttSettings settings;
  settings.tls.key_passphrase = "hunter2";
  ConnectOptions options(settings, request("ssl://h:1", 5));
  EXPECT_STREQ(options.c_struct().ssl->privateKeyPassword, "hunter2");
}

TEST(ConnectOptionsTest, SpeaksNoTlsWhereNoneIsAskedFor) {
  ConnectOptions options(MqttSettings{}, request("tcp://h:1", 5));
  EXPECT_EQ(options.c_struct().ssl, nullptr);
}

TEST(ConnectOptionsTest, GivesCredentialsOnlyIfThereAreAny) {
  MqttSettings settings;
  ConnectOptions without(settings, request("tcp://h:1", 5));
  EXPECT_EQ(without.c_struct().username, nullptr);
  EXPECT_EQ(without.c_struct().binarypwd.data, nullptr);
  settings.user = "u";
  settings.password = "secret";
  ConnectOptions with(settings, request("tcp://h:1", 5));
  EXPECT_STREQ(with.c_struct().username, "u");
  EXPECT_EQ(with.c_struct().binarypwd.len, 6);
}

TEST(ConnectOptionsTest, NamesTheClientInItsWill) {
  MqttSettings settings;
  settings.will = {"bridges/{client_id}/status", "offline", QoS::exactly_once, true};
  ConnectOptions options(settings, request("tcp://h:1", 5));
  ASSERT_NE(options.c_struct().will, nullptr);
  EXPECT_STREQ(options.c_struct().will->topicName, "bridges/me/status");
  EXPECT_EQ(options.c_struct().will->qos, 2);
  EXPECT_EQ(options.c_struct().will->payload.len, 7);
}

TEST(ClientIdTest, MakesAnotherOneEachTime) {
  const std::string id = make_client_id();
  EXPECT_EQ(id.size(), std::string("mqtt-rest-bridge-").size() + 12);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef", std::string("mqtt-rest-bridge-").size()),
            std::string::npos);
  EXPECT_NE(id, make_client_id());
}

}  // namespace
}  // namespace bridge::mqtt
