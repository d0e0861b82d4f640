#include "paho_options.h"

#include <gtest/gtest.h>

namespace bridge::listener {
namespace {

using namespace std::chrono_literals;

TEST(PahoOptionsTest, ASessionOf5StartsCleanAndHasNoWill) {
  MqttSettings settings;
  settings.user = "me";
  settings.password = std::string("a\0b", 3);
  settings.connect_timeout = 7s;
  settings.will.topic = "gone";
  const auto options = paho_options(settings, "tcp://broker:1883", 5, 9s);
  EXPECT_EQ(options.get_mqtt_version(), 5);
  EXPECT_TRUE(options.is_clean_start());
  EXPECT_FALSE(options.is_clean_session()) << "paho refuses both";
  EXPECT_EQ(options.get_keep_alive_interval(), 9s);
  EXPECT_EQ(options.get_connect_timeout(), 7s);
  EXPECT_EQ(options.get_user_name(), "me");
  EXPECT_EQ(options.get_password_str(), std::string("a\0b", 3));
  EXPECT_TRUE(options.get_will_topic().empty());
  EXPECT_FALSE(options.get_automatic_reconnect());
}

TEST(PahoOptionsTest, ASessionOf311IsClean) {
  const auto options = paho_options({}, "tcp://broker:1883", 4, 9s);
  EXPECT_EQ(options.get_mqtt_version(), 4);
  EXPECT_TRUE(options.is_clean_session());
  EXPECT_FALSE(options.is_clean_start());
}

TEST(PahoOptionsTest, TlsVerifiesPeerAndHostName) {
  MqttSettings settings;
  settings.tls.ca_file = "ca.pem";
  settings.tls.cert_file = "cert.pem";
  settings.tls.key_file = "key.pem";
  settings.tls.key_passphrase = "open it";
  settings.tls.alpn = {"mqtt", "x-amzn-mqtt-ca"};
  const auto options = paho_options(settings, "ssl://broker:8883", 5, 9s);
  const ::mqtt::ssl_options& tls = options.get_ssl_options();
  EXPECT_TRUE(tls.get_verify());
  EXPECT_TRUE(tls.get_enable_server_cert_auth());
  EXPECT_EQ(tls.get_trust_store(), "ca.pem");
  EXPECT_EQ(tls.get_key_store(), "cert.pem");
  EXPECT_EQ(tls.get_private_key(), "key.pem");
  EXPECT_EQ(tls.get_private_key_password(), "open it");
  EXPECT_EQ(tls.get_alpn_protos(), (std::vector<std::string>{"mqtt", "x-amzn-mqtt-ca"}));
  EXPECT_FALSE(tls.get_private_key_password().empty()) << "or OpenSSL asks on the terminal";
}

}  // namespace
}  // namespace bridge::listener
