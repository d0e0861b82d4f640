#include "given.h"

namespace bridge {
namespace {

TEST(LoadTest, GivesTheMissionWithoutAnyConfiguration) {
  Settings expected;
  expected.state_dir = "none";
  EXPECT_EQ(Given().settings(), expected);
}

TEST(LoadTest, FileWinsOverTheDefault) {
  Given given{
      .file = "[mqtt]\nport = 1001\n[http]\nport = 2001\n", .variables = {}, .flags = {}, .directory = {}};
  EXPECT_EQ(given.settings().mqtt.port, 1001);
  EXPECT_EQ(given.settings().http.port, 2001);
  EXPECT_EQ(given.settings().mqtt.server, "broker.emqx.io") << "what the file leaves out keeps its default";
}

TEST(LoadTest, EnvironmentWinsOverTheFile) {
  Given given;
  given.file =
      "[mqtt]\nserver = 'f'\nport = 1\nkeepalive = 1\nuser = 'f'\npassword = 'f'\n"
      "[http]\naddress = '127.0.0.2'\nport = 1\n";
  given.variables = {{"MQTT_SERVER", "e"}, {"MQTT_PORT", "2"},      {"MQTT_KEEPALIVE", "3"},
                     {"MQTT_USER", "eu"},  {"MQTT_PASSWORD", "ep"}, {"HTTP_ADDRESS", "127.0.0.3"},
                     {"HTTP_PORT", "4"}};
  const Settings settings = given.settings();
  EXPECT_EQ(settings.mqtt.server, "e");
  EXPECT_EQ(settings.mqtt.port, 2);
  EXPECT_EQ(settings.mqtt.keepalive, std::chrono::seconds(3));
  EXPECT_EQ(settings.mqtt.user, "eu");
  EXPECT_EQ(settings.mqtt.password, "ep");
  EXPECT_EQ(settings.http.address, "127.0.0.3");
  EXPECT_EQ(settings.http.port, 4);
}

TEST(LoadTest, FlagsWinOverTheEnvironmentAndTheFile) {
  Given given;
  given.file =
      "[mqtt]\nsubscribe = ['f/#', 'g/#']\nclient_id = 'f'\n[log]\nlevel = 'error'\nformat = 'text'\n";
  given.variables = {{"MQTT_SERVER", "e"}, {"MQTT_PORT", "2"},      {"MQTT_USER", "e"},
                     {"HTTP_PORT", "4"},   {"HTTP_ADDRESS", "::1"}, {"STATE_DIRECTORY", "/e"}};
  given.flags = {"--mqtt-server",
                 "s",
                 "--mqtt-port",
                 "5",
                 "--mqtt-user",
                 "u",
                 "--mqtt-client-id=c",
                 "--subscribe",
                 "a/#",
                 "--subscribe",
                 "b",
                 "--http-port",
                 "6",
                 "--http-address",
                 "127.0.0.9",
                 "--log-level",
                 "debug",
                 "--log-format",
                 "json",
                 "--state-dir",
                 "/flag"};
  const Settings settings = given.settings();
  EXPECT_EQ(settings.mqtt.server, "s");
  EXPECT_EQ(settings.mqtt.port, 5);
  EXPECT_EQ(settings.mqtt.user, "u");
  EXPECT_EQ(settings.mqtt.client_id, "c");
  EXPECT_EQ(settings.mqtt.subscribe, (std::vector<Subscription>{{"a/#", {}}, {"b", {}}}));
  EXPECT_EQ(settings.http.address, "127.0.0.9");
  EXPECT_EQ(settings.http.port, 6);
  EXPECT_EQ(settings.log.level, "debug");
  EXPECT_EQ(settings.log.format, "json");
  EXPECT_EQ(settings.state_dir, "/flag");
}

TEST(LoadTest, TakesAnEmptyVariableAsNotSet) {
  Given given;
  given.file = "[mqtt]\nserver = 'f'\nport = 7\n";
  given.variables = {{"MQTT_SERVER", ""}, {"MQTT_PORT", ""}};
  EXPECT_EQ(given.settings().mqtt.server, "f");
  EXPECT_EQ(given.settings().mqtt.port, 7);
}

TEST(LoadTest, ReadsAQoSForEachSubscription) {
  Given given;
  given.file = "[mqtt]\nsubscribe = ['a', {filter = '$share/g/b', qos = 2}, {filter = 'c'}]\n";
  const std::vector<Subscription> expected = {
      {"a", QoS::at_most_once}, {"$share/g/b", QoS::exactly_once}, {"c", QoS::at_most_once}};
  EXPECT_EQ(given.settings().mqtt.subscribe, expected);
}

TEST(LoadTest, AnEmptyListOfSubscriptionsIsAllowed) {
  Given given;
  given.file = "[mqtt]\nsubscribe = []\n";
  EXPECT_TRUE(given.settings().mqtt.subscribe.empty());
}

TEST(LoadTest, AServerFromEnvironmentOrFlagWinsOverTheListOfTheFile) {
  Given given;
  given.file = "[mqtt]\nservers = ['ssl://a:8883', 'tcp://b:1883']\n";
  EXPECT_EQ(given.settings().mqtt.servers.size(), 2u);
  given.variables = {{"MQTT_SERVER", "e"}};
  EXPECT_TRUE(given.settings().mqtt.servers.empty());
  EXPECT_EQ(given.settings().mqtt.server, "e");
  given.variables = {};
  given.flags = {"--mqtt-server=s", "--mqtt-port=5"};
  EXPECT_TRUE(given.settings().mqtt.servers.empty());
  EXPECT_EQ(given.settings().mqtt.port, 5);
}

TEST(LoadTest, APortFromAFlagWinsOverTheListIfTheFileNamesAServer) {
  Given given;
  given.file = "[mqtt]\nserver = 'f'\nservers = ['tcp://b']\n";
  given.flags = {"--mqtt-port=5"};
  EXPECT_TRUE(given.settings().mqtt.servers.empty());
  EXPECT_EQ(given.settings().mqtt.server, "f");
}

TEST(LoadTest, APortAloneDoesNotSendTheListsMessagesToThePublicBroker) {
  Given given;
  given.file = "[mqtt]\nservers = ['tcp://private']\n";
  given.flags = {"--mqtt-port=5"};
  EXPECT_EQ(given.faults(),
            "--mqtt-port: mqtt.port: does not apply to the list mqtt.servers; name a server beside it\n");
}

TEST(LoadTest, ReadsThePasswordFromAFileWithoutItsLineBreak) {
  Given given;
  given.directory.write("secret", "p\xC3\xA4ss word\n", 0400);
  given.file = "[mqtt]\nuser = 'u'\npassword_file = '$DIR/secret'\n";
  EXPECT_EQ(given.settings().mqtt.password, "p\xC3\xA4ss word");
}

TEST(LoadTest, APasswordFromTheEnvironmentWinsOverThePasswordFile) {
  Given given;
  given.directory.write("secret", "file");
  given.file = "[mqtt]\npassword_file = '$DIR/secret'\n";
  given.variables = {{"MQTT_PASSWORD", "environment"}};
  EXPECT_EQ(given.settings().mqtt.password, "environment");
  EXPECT_EQ(given.settings().mqtt.password_file, "");
}

TEST(LoadTest, ReadsFilesOfTlsForAServerThatUsesIt) {
  Given given;
  given.directory.write("ca.pem", "ca", 0444);
  given.file = "[mqtt]\nservers = ['mqtts://b']\ntls.ca_file = '$DIR/ca.pem'\n";
  EXPECT_EQ(given.settings().mqtt.tls.ca_file, given.directory.path() + "/ca.pem");
}

TEST(LoadTest, ServesEveryAddressOnlyIfAnonymousIsOutspoken) {
  Given given;
  given.file = "[http]\naddress = '0.0.0.0'\nanonymous = true\n";
  EXPECT_EQ(given.settings().http.address, "0.0.0.0");
}

TEST(LoadTest, ServesEveryAddressToClientsWithACertificate) {
  Given given;
  given.directory.write("pem", "");
  given.file =
      "[http]\naddress = '0.0.0.0'\ntls = {cert_file = '$DIR/pem', key_file = '$DIR/pem', client_ca_file = "
      "'$DIR/pem'}\n";
  EXPECT_EQ(given.settings().http.address, "0.0.0.0");
}

TEST(LoadTest, TakesEveryLoopbackAddress) {
  for (const char* address : {"localhost", "127.8.9.1", "::1", "::ffff:127.0.0.1", "unix:/run/http.sock"}) {
    Given given;
    given.variables = {{"HTTP_ADDRESS", address}};
    EXPECT_EQ(given.settings().http.address, address);
  }
}

TEST(LoadTest, KeepsStateWhereSystemdOrTheUserWantsIt) {
  const std::vector<std::pair<Variables, std::string>> rows = {
      {{{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}, {"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}},
       "/var/lib/a"},
      {{{"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}}, "/x/mqtt-rest-bridge"},
      {{{"XDG_STATE_HOME", "relative"}, {"HOME", "/h"}}, "/h/.local/state/mqtt-rest-bridge"},
      {{{"STATE_DIRECTORY", ""}, {"XDG_STATE_HOME", ""}, {"HOME", "/h"}}, "/h/.local/state/mqtt-rest-bridge"},
      {{}, "none"},
  };
  for (const auto& [variables, expected] : rows) {
    Given given;
    given.variables = variables;
    EXPECT_EQ(given.settings().state_dir, expected);
    given.file = "state_dir = ''\n";
    EXPECT_EQ(given.settings().state_dir, expected) << "empty is the default";
    given.file = "state_dir = 'none'\n";
    EXPECT_EQ(given.settings().state_dir, "none");
  }
}

}  // namespace
}  // namespace bridge
