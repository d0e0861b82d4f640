#include "given.h"

namespace bridge {
namespace {

/// A broker that somebody chose, and a place for the outbox.
const Variables nothing_to_warn_of = {{"MQTT_SERVER", "b"}, {"HOME", "/home/me"}};

std::string warnings_with(const Variables& more) {
  Given given;
  given.variables = nothing_to_warn_of;
  for (const auto& [name, value] : more) given.variables[name] = value;
  EXPECT_EQ(given.faults(), "") << "a warning is no fault";
  return given.warnings();
}

TEST(WarningsTest, NameTheVariableThatWasMeant) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"MQTT_HOST", "MQTT_SERVER"},           {"MQTT_BROKER", "MQTT_SERVER"},
      {"MQTT_BROKER_HOST", "MQTT_SERVER"},    {"MQTT_BROKER_PORT", "MQTT_PORT"},
      {"MQTT_URL", "MQTT_SERVERS"},           {"MQTT_USERNAME", "MQTT_USER"},
      {"MQTT_PASS", "MQTT_PASSWORD"},         {"MQTT_TOPIC", "MQTT_SUBSCRIBE"},
      {"MQTT_TOPICS", "MQTT_SUBSCRIBE"},      {"MQTT_CLIENTID", "MQTT_CLIENT_ID"},
      {"MQTT_CA_FILE", "MQTT_TLS_CA_FILE"},   {"MQTT_KEEP_ALIVE", "MQTT_KEEPALIVE"},
      {"HTTP_BIND", "HTTP_ADDRESS"},          {"HTTP_HOST", "HTTP_ADDRESS"},
      {"HTTP_LISTEN", "HTTP_ADDRESS"},        {"HTTP_LISTEN_PORT", "HTTP_PORT"},
      {"HTTP_TLS_CERT", "HTTP_TLS_CERT_FILE"}};
  for (const auto& [said, meant] : rows) {
    EXPECT_EQ(warnings_with({{said, "x"}}),
              said + ": is not a variable of this program; did you mean " + meant + "?\n");
  }
}

TEST(WarningsTest, TellAVariableThatNothingComesNear) {
  EXPECT_EQ(warnings_with({{"MQTT_COLOUR", "x"}}), "MQTT_COLOUR: is not a variable of this program\n");
  EXPECT_EQ(warnings_with({{"MQTT_HOST", ""}}),
            "MQTT_HOST: is not a variable of this program; did you mean MQTT_SERVER?\n");
}

TEST(WarningsTest, LeaveTheVariablesOfOthersAlone) {
  for (const char* name :
       {"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "HTTP_PROXY_USER", "HTTP_USER_AGENT", "HTTP_REFERER",
        "HTTP_ACCEPT", "HTTP_COOKIE", "MQTT", "MQTTX", "MQTT_SERVICE_HOST", "MQTT_PORT_1883_TCP_ADDR",
        "HTTP_SERVICE_PORT", "PATH", "LOG_FILE", "SOME_MQTT_HOST"}) {
    EXPECT_EQ(warnings_with({{name, "x"}}), "") << name;
  }
}

TEST(WarningsTest, TellAPasswordWithoutAUser) {
  EXPECT_EQ(
      warnings_with({{"MQTT_PASSWORD", "hunter2"}}),
      "MQTT_PASSWORD: mqtt.password: is set, but mqtt.user is not; most brokers take no password without a "
      "user name\n");
  EXPECT_EQ(warnings_with({{"MQTT_PASSWORD", "hunter2"}, {"MQTT_USER", "me"}}), "");
}

TEST(WarningsTest, TellThatNobodyChoseThePublicBroker) {
  const std::string warning =
      "built-in default: mqtt.server: no broker is set, so all messages go to the public "
      "broker.emqx.io, where anybody can read them; set MQTT_SERVER\n";
  Given given;
  given.variables = {{"HOME", "/home/me"}};
  EXPECT_EQ(given.warnings(), warning);
  given.file = "[mqtt]\nport = 1884\n";
  EXPECT_EQ(given.warnings(), warning) << "a port is no broker";
  given.file = "[mqtt]\nserver = 'broker.emqx.io'\n";
  EXPECT_EQ(given.warnings(), "") << "somebody chose it";
  given.file = "[mqtt]\nservers = ['tcp://b']\n";
  EXPECT_EQ(given.warnings(), "");
  given.file = "";
  given.flags = {"--mqtt-server=b"};
  EXPECT_EQ(given.warnings(), "");
  given.flags = {"--mqtt-server=b:1"};
  EXPECT_EQ(given.warnings(), "") << "a server that is at fault was meant";
}

TEST(WarningsTest, TellThatTheOutboxHasNoPlace) {
  const std::string warning =
      "built-in default: state_dir: there is no HOME, XDG_STATE_HOME or STATE_DIRECTORY, so "
      "nothing is kept and the outbox is off; name a directory, or set state_dir to none\n";
  Given given;
  given.variables = {{"MQTT_SERVER", "b"}};
  EXPECT_EQ(given.warnings(), warning);
  given.variables["STATE_DIR"] = "none";
  EXPECT_EQ(given.warnings(), "") << "somebody said so";
  given.variables = nothing_to_warn_of;
  EXPECT_EQ(given.warnings(), "");
}

}  // namespace
}  // namespace bridge
