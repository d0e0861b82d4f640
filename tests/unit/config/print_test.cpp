#include "given.h"
#include "setting.h"

namespace bridge {
namespace {

/// Every setting other than its default.
const char* const everything_changed = R"(
state_dir = "none"
[mqtt]
server = "b"
port = 2
servers = ["wss://[::1]:443/mqtt", "tcp://a"]
keepalive = 3
user = "quote \" backslash \\ umlaut ä"
password_file = "$DIR/secret"
client_id = "id"
version = 3
subscribe = ["a/#", {filter = "$share/g/b", qos = 2}]
connect_timeout = 6
trust_shared_subscriptions = true
refuse_renamed_topics = true
ack_timeout = 7
session_expiry = 8
dead_after = 29
allow_dollar_topics = ["$aws/#", "$x"]
tls = {ca_file = "$DIR/secret", cert_file = "$DIR/secret", key_file = "$DIR/secret", key_passphrase_file = "$DIR/secret", alpn = ["mqtt", "x-mqtt"]}
will = {topic = "w/{client_id}", payload = "line\nbreak\u0000\u007F", qos = 2, retain = false}
birth = {topic = "b", payload = "x", qos = 0, retain = false}
[http]
address = "0.0.0.0"
port = 11
max_body = 12
max_bulk = 13
max_head = 1400
max_target = 150
max_fields = 16
max_json_depth = 30
max_arriving = 2000000
max_connections = 17
max_connections_per_address = 18
head_timeout = 19
body_timeout = 20
idle_timeout = 21
min_body_rate = 40
max_body_time = 41
passthrough_query = ["event"]
ignored_query = ["*"]
user_property_fields = ["traceparent", "ce-*"]
get_publish = true
handshake_timeout = 28
socket_mode = "0600"
allowed_origins = ["https://panel.example:8443", "http://panel.example"]
allowed_hosts = ["bridge.example"]
tls = {cert_file = "$DIR/secret", key_file = "$DIR/secret", client_ca_file = "$DIR/secret"}
threads = 22
anonymous = true
[publish]
queue_messages = 23
queue_bytes = 24
window = 25
[outbox]
max_messages = 30
max_bytes = 31
min_free = 32
store_qos0 = true
id_property = "x"
[log]
level = "warn"
format = "json"
max_payload = 26
queue = 27
)";

TEST(PrintTest, IsReadBackToTheSameSettings) {
  Given given;
  given.directory.write("secret", "hunter2\n");
  given.file = everything_changed;
  const Settings settings = given.settings();

  Given again;
  again.file = print_settings(settings);
  EXPECT_EQ(again.settings(), settings) << again.file;

  Given defaults;
  again.file = print_settings(defaults.settings());
  EXPECT_EQ(again.settings(), defaults.settings()) << again.file;
}

TEST(PrintTest, ShowsEverySettingSoThatNoneIsLostOnTheWayBack) {
  Given given;
  given.directory.write("secret", "hunter2\n");
  given.file = everything_changed;
  const std::string changed = print_settings(given.settings());
  const std::string unchanged = print_settings(Settings{});
  std::istringstream changed_lines(changed);
  std::istringstream unchanged_lines(unchanged);
  std::size_t settings = 0;
  for (std::string line, other; std::getline(changed_lines, line) && std::getline(unchanged_lines, other);) {
    if (line.find(" = ") == line.npos) continue;
    ++settings;
    EXPECT_TRUE(line != other || line == "password = \"\"" || line == "key_passphrase = \"\"")
        << line << " was to be changed by the test's file";
  }
  EXPECT_EQ(settings, config::all_settings().size());
}

TEST(PrintTest, MasksAPassword) {
  Given given;
  given.variables = {{"MQTT_PASSWORD", "hunter2"}};
  std::string text = print_settings(given.settings());
  EXPECT_NE(text.find("password = \"***\"\n"), text.npos);
  EXPECT_EQ(text.find("hunter2"), text.npos);

  given.variables = {};
  given.directory.write("secret", "hunter2\n");
  given.file = "[mqtt]\npassword_file = '$DIR/secret'";
  text = print_settings(given.settings());
  EXPECT_EQ(text.find("hunter2"), text.npos);
}

}  // namespace
}  // namespace bridge
