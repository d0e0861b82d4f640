#include <cctype>
#include <set>

#include "given.h"
#include "setting.h"

namespace bridge {
namespace {

TEST(EnvironmentTest, HasAVariableForEveryKeyByRule) {
  EXPECT_EQ(config::variable_of("http.max_body"), "HTTP_MAX_BODY");
  EXPECT_EQ(config::variable_of("mqtt.tls.ca_file"), "MQTT_TLS_CA_FILE");
  EXPECT_EQ(config::variable_of("state_dir"), "STATE_DIR");
  std::set<std::string> names;
  for (const config::Setting& setting : config::all_settings()) {
    const std::string name = config::variable_of(setting.key);
    EXPECT_TRUE(names.insert(name).second) << name << " would set two keys";
    for (const char c : name) EXPECT_TRUE(std::isupper(c) != 0 || std::isdigit(c) != 0 || c == '_') << name;
  }
}

TEST(EnvironmentTest, HasAFileForEverySecret) {
  for (const config::Setting& setting : config::all_settings()) {
    if (setting.secret) {
      EXPECT_NE(config::find_setting(std::string(setting.key) + "_file"), nullptr) << setting.key;
    }
  }
}

/// The kinds of settings, and that each of them is read: what the file says the variables say as well.
TEST(EnvironmentTest, ReadsNumbersTextsListsAndTruth) {
  Given file;
  file.directory.write("pem", "pem");
  file.directory.write("secret", "hunter2\n");
  file.file =
      "state_dir = '/state'\n[mqtt]\nservers = ['ssl://a:8883', 'tcp://b']\nsubscribe = ['a/#', "
      "'$share/g/b']\n"
      "keepalive = 7\nuser = 'u'\npassword_file = '/dev/null'\nversion = 3\nallow_dollar_topics = ['$a/#', "
      "'$b']\n"
      "will = {topic = 't', payload = 'one, two', qos = 2, retain = false}\n"
      "[http]\nmax_body = 5\nget_publish = true\nanonymous = false\nsocket_mode = '0600'\n"
      "allowed_origins = ['http://a', 'http://b:8080']\npassthrough_query = ['event', 'u']\n"
      "[publish]\nwindow = 9\n[outbox]\nstore_qos0 = true\nid_property = 'id'\n[log]\nlevel = 'warn'\nqueue "
      "= 8\n";
  file.file.replace(file.file.find("/dev/null"), 9, "$DIR/secret");
  Given environment;
  environment.variables = {{"STATE_DIR", "/state"},
                           {"MQTT_SERVERS", "ssl://a:8883,tcp://b"},
                           {"MQTT_SUBSCRIBE", "a/#, $share/g/b"},
                           {"MQTT_KEEPALIVE", "7"},
                           {"MQTT_USER", "u"},
                           {"MQTT_PASSWORD_FILE", file.directory.path() + "/secret"},
                           {"MQTT_VERSION", "3"},
                           {"MQTT_ALLOW_DOLLAR_TOPICS", "$a/# ,$b"},
                           {"MQTT_WILL_TOPIC", "t"},
                           {"MQTT_WILL_PAYLOAD", "one, two"},
                           {"MQTT_WILL_QOS", "2"},
                           {"MQTT_WILL_RETAIN", "false"},
                           {"HTTP_MAX_BODY", "5"},
                           {"HTTP_GET_PUBLISH", "true"},
                           {"HTTP_ANONYMOUS", "false"},
                           {"HTTP_SOCKET_MODE", "0600"},
                           {"HTTP_ALLOWED_ORIGINS", "http://a,http://b:8080"},
                           {"HTTP_PASSTHROUGH_QUERY", "event,u"},
                           {"PUBLISH_WINDOW", "9"},
                           {"OUTBOX_STORE_QOS0", "true"},
                           {"OUTBOX_ID_PROPERTY", "id"},
                           {"LOG_LEVEL", "warn"},
                           {"LOG_QUEUE", "8"}};
  EXPECT_EQ(environment.settings(), file.settings());
  EXPECT_EQ(environment.settings().mqtt.password, "hunter2");
  EXPECT_EQ(environment.warnings(), "");
}

TEST(EnvironmentTest, TellsAFaultByTheNameOfTheVariable) {
  const std::vector<std::pair<Variables, std::string>> rows = {
      {{{"HTTP_ANONYMOUS", "yes"}}, "HTTP_ANONYMOUS: http.anonymous: must be true or false\n"},
      {{{"HTTP_MAX_BODY", "1M"}},
       "HTTP_MAX_BODY: http.max_body: must be a whole number of bytes from 1 to 268435455\n"},
      {{{"MQTT_SERVERS", "tcp://a,,tcp://b"}},
       "MQTT_SERVERS: mqtt.servers: item 2: must begin with tcp://, ssl://, ws://, wss://, mqtt:// or "
       "mqtts://\n"},
      {{{"MQTT_TLS_CA_FILE", "/no/such"}, {"MQTT_SERVERS", "ssl://a"}},
       "MQTT_TLS_CA_FILE: mqtt.tls.ca_file: cannot be read: No such file or directory\n"},
      {{{"MQTT_PASSWORD", "a"}, {"MQTT_PASSWORD_FILE", "/no/such"}},
       "MQTT_PASSWORD_FILE: mqtt.password_file: is set beside mqtt.password; only one of them can count\n"},
  };
  for (const auto& [variables, faults] : rows) {
    Given given;
    given.variables = variables;
    EXPECT_EQ(given.faults(), faults);
  }
}

TEST(EnvironmentTest, APasswordFileWinsOverThePasswordOfTheFile) {
  Given given;
  given.file = "[mqtt]\nuser = 'u'\npassword = 'file'\n";
  given.variables = {{"MQTT_PASSWORD_FILE", given.directory.write("secret", "environment")}};
  EXPECT_EQ(given.settings().mqtt.password, "environment");
}

TEST(EnvironmentTest, ListsTheVariablesOfTheProcess) {
  ASSERT_EQ(setenv("BRIDGE_TEST_VARIABLE", "a=b", 1), 0);
  EXPECT_EQ(process_environment().at("BRIDGE_TEST_VARIABLE"), "a=b");
  unsetenv("BRIDGE_TEST_VARIABLE");
  EXPECT_FALSE(process_environment().contains("BRIDGE_TEST_VARIABLE"));
}

}  // namespace
}  // namespace bridge
