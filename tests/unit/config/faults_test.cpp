#include <algorithm>

#include "given.h"

namespace bridge {
namespace {

struct Row {
  const char* file;
  const char* faults;
};

void expect_faults(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Given given;
    given.directory.write("secret", "hunter2");
    given.directory.write("readable", "hunter2", 0640);
    given.directory.write("searchable", "hunter2", 0601);
    given.directory.write("empty", "\n");
    given.directory.write("two-lines", "hunter2\nhunter2\n");
    given.directory.write("huge", std::string(65537, 'x'));
    given.directory.write("pem", "pem");
    given.file = row.file;
    EXPECT_EQ(given.faults(), row.faults) << row.file;
  }
}

TEST(FaultsTest, TellsAKeyThatIsNotKnown) {
  expect_faults({
      {"[mqtt]\nprot = 1", "bridge.toml:2: mqtt.prot: is not known; did you mean mqtt.port?\n"},
      {"port = 1", "bridge.toml:1: port: is not known; did you mean mqtt.port?\n"},
      {"[mqqt]\nport = 1", "bridge.toml:1: mqqt: is not known; did you mean mqtt?\n"},
      {"[http]\nkeepalive = 1",
       "bridge.toml:2: http.keepalive: is not known; did you mean mqtt.keepalive?\n"},
      {"[mqtt.will]\nquos = 1", "bridge.toml:2: mqtt.will.quos: is not known; did you mean mqtt.will.qos?\n"},
      {"[mqtt]\nhost = 'a'", "bridge.toml:2: mqtt.host: is not known; did you mean mqtt.server?\n"},
      {"[mqtt]\nusername = 'a'", "bridge.toml:2: mqtt.username: is not known; did you mean mqtt.user?\n"},
      {"[mqtt]\npass = 'a'", "bridge.toml:2: mqtt.pass: is not known; did you mean mqtt.password?\n"},
      {"[mqtt]\ntopic = 'a'", "bridge.toml:2: mqtt.topic: is not known; did you mean mqtt.subscribe?\n"},
      {"[mqtt]\ntopics = ['a']", "bridge.toml:2: mqtt.topics: is not known; did you mean mqtt.subscribe?\n"},
      {"[http]\nhost = 'a'", "bridge.toml:2: http.host: is not known; did you mean http.address?\n"},
      {"[http]\nbind = 'a'", "bridge.toml:2: http.bind: is not known; did you mean http.address?\n"},
      {"[http]\nlisten = 'a'", "bridge.toml:2: http.listen: is not known; did you mean http.address?\n"},
      {"[http]\ncert_file = 'a'",
       "bridge.toml:2: http.cert_file: is not known; did you mean http.tls.cert_file?\n"},
      {"[mqtt.tls]\ncert = 'a'",
       "bridge.toml:2: mqtt.tls.cert: is not known; did you mean mqtt.tls.cert_file?\n"},
      {"host = 'a'", "bridge.toml:1: host: is not known; did you mean mqtt.server?\n"},
      {"[elsewhere]\nx = 1\ny = 2", "bridge.toml:1: elsewhere: is not known\n"},
      {"'mqtt.port' = 1", "bridge.toml:1: mqtt.port: is not known; did you mean mqtt.port?\n"},
      {"\"\\u001B[31mred\" = 1", "bridge.toml:1: \\x1b[31mred: is not known\n"},
  });
}

TEST(FaultsTest, TellsAWrongType) {
  expect_faults({
      {"mqtt = 1", "bridge.toml:1: mqtt: is a section: its keys stand under [mqtt]\n"},
      {"[mqtt]\nport = '1'", "bridge.toml:2: mqtt.port: must be a whole number from 1 to 65535\n"},
      {"[mqtt]\nport = 1883.0", "bridge.toml:2: mqtt.port: must be a whole number from 1 to 65535\n"},
      {"[mqtt]\nport.x = 1", "bridge.toml:2: mqtt.port: must be a whole number from 1 to 65535\n"},
      {"[mqtt]\nuser = 1", "bridge.toml:2: mqtt.user: must be text in quotes\n"},
      {"[mqtt]\nuser = 2026-01-01", "bridge.toml:2: mqtt.user: must be text in quotes\n"},
      {"[mqtt]\nservers = 'tcp://a'", "bridge.toml:2: mqtt.servers: must be a list in brackets\n"},
      {"[mqtt]\nservers = [1]", "bridge.toml:2: mqtt.servers: item 1: must be text in quotes\n"},
      {"[mqtt]\nsubscribe = 'a'", "bridge.toml:2: mqtt.subscribe: must be a list in brackets\n"},
      {"[http]\nanonymous = 'yes'", "bridge.toml:2: http.anonymous: must be true or false\n"},
  });
}

TEST(FaultsTest, TellsAnImpossibleNumber) {
  expect_faults({
      {"[mqtt]\nport = 0", "bridge.toml:2: mqtt.port: must be a whole number from 1 to 65535\n"},
      {"[mqtt]\nport = 65536", "bridge.toml:2: mqtt.port: must be a whole number from 1 to 65535\n"},
      {"[http]\nport = 0", "bridge.toml:2: http.port: must be a whole number from 1 to 65535\n"},
      {"[mqtt]\nkeepalive = -1",
       "bridge.toml:2: mqtt.keepalive: must be a whole number of seconds from 0 to 65535\n"},
      {"[mqtt]\nkeepalive = 65536",
       "bridge.toml:2: mqtt.keepalive: must be a whole number of seconds from 0 to 65535\n"},
      {"[mqtt]\nversion = 4", "bridge.toml:2: mqtt.version: must be one of the numbers 3, 5\n"},
      {"[mqtt.will]\nqos = 3", "bridge.toml:2: mqtt.will.qos: must be a whole number from 0 to 2\n"},
      {"[mqtt]\nconnect_timeout = 0",
       "bridge.toml:2: mqtt.connect_timeout: must be a whole number of seconds from 1 to 86400\n"},
      {"[mqtt]\nack_timeout = 0",
       "bridge.toml:2: mqtt.ack_timeout: must be a whole number of seconds from 1 to 86400\n"},
      {"[http]\nhead_timeout = 0",
       "bridge.toml:2: http.head_timeout: must be a whole number of seconds from 1 to 86400\n"},
      {"[http]\nmax_body = 268435456",
       "bridge.toml:2: http.max_body: must be a whole number of bytes from 1 to 268435455\n"},
      {"[http]\nmax_json_depth = 257",
       "bridge.toml:2: http.max_json_depth: must be a whole number of levels from 1 to 256\n"},
      {"[http]\nmax_body_time = 29",
       "bridge.toml:2: http.max_body_time: must not be shorter than http.body_timeout\n"},
      {"[http]\nmax_target = 16385",
       "bridge.toml:2: http.max_target: must not be larger than http.max_head\n"},
      {"[publish]\nwindow = 0",
       "bridge.toml:2: publish.window: must be a whole number of messages from 1 to 65535\n"},
  });
}

TEST(FaultsTest, TellsAnImpossibleText) {
  expect_faults({
      {"[log]\nlevel = 'loud'", "bridge.toml:2: log.level: must be one of trace, debug, info, warn, error\n"},
      {"[log]\nlevel = 'debug info'",
       "bridge.toml:2: log.level: must be one of trace, debug, info, warn, error\n"},
      {"[log]\nformat = ''", "bridge.toml:2: log.format: must be one of text, json\n"},
      {"[mqtt]\nuser = \"a\\nb\"", "bridge.toml:2: mqtt.user: must not hold a control character\n"},
      {"[mqtt]\nclient_id = \"a\\u0000b\"",
       "bridge.toml:2: mqtt.client_id: must not hold a control character\n"},
      {"[mqtt]\nserver = ''",
       "bridge.toml:2: mqtt.server: must be a host name or an address, without scheme, brackets and port\n"},
      {"[mqtt]\nserver = 'a:1883'",
       "bridge.toml:2: mqtt.server: must be a host name or an address, without scheme, brackets and port\n"},
      {"[mqtt]\nserver = \"a\\u001B\"",
       "bridge.toml:2: mqtt.server: must be a host name or an address, without scheme, brackets and port\n"},
      {"[http]\naddress = 'example.org'",
       "bridge.toml:2: http.address: must be an IPv4 or IPv6 address, localhost, or unix:/path\n"},
      {"[http]\naddress = '127.0.0.256'",
       "bridge.toml:2: http.address: must be an IPv4 or IPv6 address, localhost, or unix:/path\n"},
      {"[http]\naddress = \"127.0.0.1\\u0000\"",
       "bridge.toml:2: http.address: must be an IPv4 or IPv6 address, localhost, or unix:/path\n"},
      {"[http]\naddress = 'unix:http.sock'",
       "bridge.toml:2: http.address: must name a socket by its absolute path: "
       "unix:/run/mqtt-rest-bridge/http.sock\n"},
      {"[http]\nsocket_mode = '0888'",
       "bridge.toml:2: http.socket_mode: must be three octal digits, such as 0660\n"},
      {"[http]\nsocket_mode = '4755'",
       "bridge.toml:2: http.socket_mode: must be three octal digits, such as 0660\n"},
      {"[http]\nallowed_hosts = ['a:80']",
       "bridge.toml:2: http.allowed_hosts: item 1: must be a host name or an address, without scheme, "
       "brackets and port\n"},
  });
}

TEST(FaultsTest, TellsAPathThatIsTooLongForASocket) {
  Given given;
  given.file = "[http]\naddress = 'unix:/" + std::string(107, 'x') + "'";
  EXPECT_EQ(given.faults(), "bridge.toml:2: http.address: must not have a path longer than 107 bytes\n");
}

TEST(FaultsTest, TellsAnImpossibleOrigin) {
  for (const char* origin : {"panel.example", "https://", "https://panel.example/", "https://Panel.example",
                             "*", "https://*.example", "ftp://panel.example", "https://u@panel.example", "",
                             "https://:8443", "https://panel.example:", "https://panel.example:0",
                             "https://panel.example:08443", "https://panel.example:65536",
                             "https://panel.example:x", "https://::1", "https://[::1", "https://[a]"}) {
    Given given;
    given.file = std::string("[http]\nallowed_origins = ['http://[::1]:8080', '") + origin + "']";
    EXPECT_EQ(given.faults(),
              "bridge.toml:2: http.allowed_origins: item 2: must be an origin in small letters, such as "
              "https://panel.example:8443, without a path\n")
        << origin;
  }
}

TEST(FaultsTest, TellsWhatIsWrongWithTheCertificatesOfTheServer) {
  expect_faults({
      {"[http.tls]\ncert_file = '$DIR/secret'",
       "bridge.toml:2: http.tls.cert_file: needs the other one: a certificate and its private key\n"},
      {"[http.tls]\nkey_file = '$DIR/secret'",
       "bridge.toml:2: http.tls.key_file: needs the other one: a certificate and its private key\n"},
      {"[http.tls]\ncert_file = '$DIR/none'\nkey_file = '$DIR/secret'",
       "bridge.toml:2: http.tls.cert_file: cannot be read: No such file or directory\n"},
      {"[http.tls]\nclient_ca_file = '$DIR/secret'",
       "bridge.toml:2: http.tls.client_ca_file: needs http.tls.cert_file: clients show theirs in TLS only\n"},
  });
}

TEST(FaultsTest, TellsWhatOthersFindBesideItsOwnAndOneFaultForAKey) {
  Given given;
  given.further = [](const Settings& settings) {
    EXPECT_EQ(settings.mqtt.client_id, "me") << "what is right is there";
    return std::vector<KeyFault>{{"http.tls.cert_file", "is broken"}, {"http.tls.key_file", "does not fit"}};
  };
  given.file =
      "[mqtt]\nclient_id = 'me'\nport = 0\n[http.tls]\ncert_file = '$DIR/none'\nkey_file = "
      "'$DIR/bridge.toml'";
  EXPECT_EQ(given.faults(),
            "bridge.toml:3: mqtt.port: must be a whole number from 1 to 65535\n"
            "bridge.toml:5: http.tls.cert_file: cannot be read: No such file or directory\n"
            "bridge.toml:6: http.tls.key_file: does not fit\n");
}

TEST(FaultsTest, RefusesAnAddressForOthersWithoutAnonymous) {
  const std::string what =
      "http.address: is not a loopback address; that needs http.anonymous = true, since no authentication is "
      "configured\n";
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "128.0.0.1"}) {
    Given given;
    given.variables = {{"HTTP_ADDRESS", address}};
    EXPECT_EQ(given.faults(), "HTTP_ADDRESS: " + what) << address;
  }
}

TEST(FaultsTest, TellsAnImpossibleServer) {
  const std::string no_host = "must name a host after ://, an IPv6 address in brackets";
  const std::string bad_port = "must have a port from 1 to 65535 after the host, or none";
  const std::string no_scheme = "must begin with tcp://, ssl://, ws://, wss://, mqtt:// or mqtts://";
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"a", no_scheme},
      {"http://a", no_scheme},
      {"TCP://a", no_scheme},
      {"", no_scheme},
      {"tcp://", no_host},
      {"tcp://:1883", no_host},
      {"tcp://a b", no_host},
      {"tcp://::1", no_host},
      {"tcp://[::1", no_host},
      {"tcp://[a]", no_host},
      {"tcp://[]", no_host},
      {"tcp://[::1]1883", bad_port},
      {"tcp://a:", bad_port},
      {"tcp://a:0", bad_port},
      {"tcp://a:65536", bad_port},
      {"tcp://a:1:2", bad_port},
      {"tcp://a:+1", bad_port},
      {"tcp://a/mqtt", "must have no path: only ws:// and wss:// have one"},
      {"ws://a/m?x", "must not hold a space, a ? or a #"},
      {"ssl://u:hunter2@a", "must not hold a user or a password; they have keys of their own"},
  };
  for (const auto& [server, what] : rows) {
    Given given;
    given.file = "[mqtt]\nservers = ['ws://[::1]:80/mqtt', '" + server + "']";
    EXPECT_EQ(given.faults(), "bridge.toml:2: mqtt.servers: item 2: " + what + "\n") << server;
  }
  Given given;
  given.file = "[mqtt]\nservers = [\"tcp://a\\u001B\"]";
  EXPECT_EQ(given.faults(), "bridge.toml:2: mqtt.servers: item 1: must not hold a control character\n");
}

TEST(FaultsTest, TellsAnImpossibleSubscription) {
  expect_faults({
      {"[mqtt]\nsubscribe = [{qos = 1}]", "bridge.toml:2: mqtt.subscribe: item 1: must have a filter\n"},
      {"[mqtt]\nsubscribe = ['a', {filter = 'b', qos = 3}]",
       "bridge.toml:2: mqtt.subscribe: item 2: qos must be a whole number from 0 to 2\n"},
      {"[mqtt]\nsubscribe = [{filter = 'b', qso = 1}]",
       "bridge.toml:2: mqtt.subscribe: item 1: has an unknown key; known are filter and qos\n"},
      {"[mqtt]\nsubscribe = [{filter = 1}]",
       "bridge.toml:2: mqtt.subscribe: item 1: must be text in quotes\n"},
      {"[mqtt]\nsubscribe = ['a', {filter = 'a', qos = 1}]",
       "bridge.toml:2: mqtt.subscribe: holds \"a\" twice\n"},
      {"[mqtt]\nallow_dollar_topics = ['a/#']",
       "bridge.toml:2: mqtt.allow_dollar_topics: item 1: must be a topic filter that begins with "
       "$, other than $share\n"},
  });
}

TEST(FaultsTest, RefusesABadTopicFilterOrTopicName) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"subscribe = ['a/#/b']", "mqtt.subscribe: item 1: "},
      {"subscribe = ['']", "mqtt.subscribe: item 1: "},
      {"subscribe = [{filter = 'a+', qos = 1}]", "mqtt.subscribe: item 1: "},
      {"allow_dollar_topics = ['$a/#/b']", "mqtt.allow_dollar_topics: item 1: "},
      {"will.topic = 'a/+'", "mqtt.will.topic: "},
      {"birth.topic = 'a/#'", "mqtt.birth.topic: "},
      {"will.topic = 'bridges/{client_id}/status'\nclient_id = 'a+b'", "mqtt.will.topic: "},
  };
  for (const auto& [line, start] : rows) {
    Given given;
    given.file = "[mqtt]\n" + line;
    const std::string faults = given.faults();
    EXPECT_TRUE(faults.starts_with("bridge.toml:2: " + start)) << line << " gave " << faults;
    EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 1) << faults;
  }
}

TEST(FaultsTest, TellsWhatIsWrongWithCredentials) {
  expect_faults({
      {"[mqtt]\npassword = 'hunter2'\npassword_file = '$DIR/secret'",
       "bridge.toml:3: mqtt.password_file: is set beside mqtt.password; only one of them can count\n"},
      {"[mqtt]\npassword_file = '$DIR/none'",
       "bridge.toml:2: mqtt.password_file: cannot be read: No such file or directory\n"},
      {"[mqtt]\npassword_file = '$DIR'", "bridge.toml:2: mqtt.password_file: is a directory, not a file\n"},
      {"[mqtt]\npassword_file = '$DIR/readable'",
       "bridge.toml:2: mqtt.password_file: must not be accessible to group or others (chmod 600)\n"},
      {"[mqtt]\npassword_file = '$DIR/searchable'",
       "bridge.toml:2: mqtt.password_file: must not be accessible to group or others (chmod 600)\n"},
      {"[mqtt]\npassword_file = '$DIR/empty'", "bridge.toml:2: mqtt.password_file: names an empty file\n"},
      {"[mqtt]\npassword_file = '$DIR/two-lines'",
       "bridge.toml:2: mqtt.password_file: names a file whose content must not hold a control character\n"},
      {"[mqtt]\npassword_file = '$DIR/huge'",
       "bridge.toml:2: mqtt.password_file: names a file whose content is larger than 65536 bytes\n"},
      {"[mqtt]\nversion = 3\npassword = 'hunter2'",
       "bridge.toml:3: mqtt.password: needs mqtt.user: MQTT 3.1.1 has no password without a user name\n"},
  });
}

TEST(FaultsTest, TellsWhatIsWrongWithTls) {
  expect_faults({
      {"[mqtt]\nservers = ['ssl://a']\ntls.ca_file = '$DIR/none'",
       "bridge.toml:3: mqtt.tls.ca_file: cannot be read: No such file or directory\n"},
      {"[mqtt]\nservers = ['ssl://a']\ntls.cert_file = '$DIR'",
       "bridge.toml:3: mqtt.tls.cert_file: is a directory, not a file\n"},
      {"[mqtt]\nservers = ['ssl://a']\ntls.key_file = '$DIR/pem'",
       "bridge.toml:3: mqtt.tls.key_file: needs mqtt.tls.cert_file, the certificate that it belongs to\n"},
      {"[mqtt]\nserver = 'a'\nport = 8883\ntls.ca_file = '$DIR/pem'",
       "bridge.toml:4: mqtt.tls.ca_file: is set, but no server uses TLS; write mqtt.servers = "
       "[\"ssl://host:8883\"]\n"},
      {"[mqtt]\nserver = 'a'\ntls.alpn = ['mqtt']",
       "bridge.toml:3: mqtt.tls.alpn: is set, but no server uses TLS; write mqtt.servers = "
       "[\"ssl://host:8883\"]\n"},
  });
}

TEST(FaultsTest, TellsTheLineOfASyntaxError) {
  expect_faults({
      {"[mqtt]\nport = 1\nport = 2",
       "bridge.toml:3: is not valid TOML: Error while parsing key-value pair: cannot redefine "
       "existing integer 'port'\n"},
      {"\na = [\n", "bridge.toml:2: is not valid TOML: Error while parsing array: encountered end-of-file\n"},
  });
}

TEST(FaultsTest, NeverShowsASecret) {
  const std::vector<std::string> files = {
      "[mqtt]\npassword = hunter2",
      "[mqtt]\npassword = 123456789012345678901234567890",
      "mqtt = { password = 0xhunter2 }",
      "[mqtt]\npassword = 'hunter2\n",
      "[mqtt]\npassword = 20260101",
      "[mqtt]\npassword = ['hunter2']",
      "[mqtt]\npassword = \"hunter2\\n\"",
      "[mqtt]\npasword = 'hunter2'",
      "[mqtt]\nversion = 3\npassword = 'hunter2'",
  };
  for (const std::string& file : files) {
    Given given;
    given.file = file;
    const std::string faults = given.faults();
    EXPECT_NE(faults, "");
    for (const char* secret : {"hunter", "1234", "2026"})
      EXPECT_EQ(faults.find(secret), faults.npos) << faults;
  }
}

TEST(FaultsTest, NamesTheVariableOrTheFlag) {
  Given given;
  given.variables = {{"MQTT_PORT", "70000"}, {"HTTP_PORT", "80x"}, {"MQTT_PASSWORD", "hun\ter2"}};
  given.flags = {
      "--mqtt-port=0x10", "--subscribe=a", "--subscribe", "", "--log-level", "", "--mqtt-server", ""};
  const std::string faults = given.faults();
  EXPECT_NE(faults.find("MQTT_PORT: mqtt.port: must be a whole number from 1 to 65535\n"), faults.npos);
  EXPECT_NE(faults.find("HTTP_PORT: http.port: must be a whole number from 1 to 65535\n"), faults.npos);
  EXPECT_NE(faults.find("MQTT_PASSWORD: mqtt.password: must not hold a control character\n"), faults.npos);
  EXPECT_NE(faults.find("--mqtt-port: mqtt.port: must be a whole number from 1 to 65535\n"), faults.npos);
  EXPECT_NE(faults.find("--subscribe: mqtt.subscribe: item 2: "), faults.npos);
  EXPECT_NE(faults.find("--log-level: log.level: must be one of "), faults.npos);
  EXPECT_NE(faults.find("--mqtt-server: mqtt.server: must be a host name"), faults.npos);
  EXPECT_EQ(std::count(faults.begin(), faults.end(), '\n'), 7) << faults;
}

TEST(FaultsTest, TellsThemAllAtOnceInTheOrderOfTheFile) {
  Given given;
  given.file =
      "stat_dir = 'x'\n[log]\nlevel = 'loud'\n[mqtt]\nversion = 4\nport = 0\n"
      "subscribe = [\n  'a/b',\n  {filter = 'b', qos = 3},\n  4,\n]\n"
      "[http]\naddress = '0.0.0.0'\n[mqtt.will]\ntopic = 'a/+'\nqos = 3\n";
  given.variables = {{"HTTP_PORT", "0"}};
  given.flags = {"--mqtt-port=0"};
  std::string places;
  for (const Fault& fault : given.load().faults) {
    places += fault.place.substr(fault.place.rfind('/') + 1) + " " + fault.key + "\n";
  }
  EXPECT_EQ(
      places,
      "bridge.toml:1 stat_dir\nbridge.toml:3 log.level\nbridge.toml:5 mqtt.version\nbridge.toml:6 mqtt.port\n"
      "bridge.toml:9 mqtt.subscribe\nbridge.toml:10 mqtt.subscribe\nbridge.toml:16 mqtt.will.qos\n"
      "HTTP_PORT http.port\n--mqtt-port mqtt.port\nbridge.toml:15 mqtt.will.topic\n"
      "bridge.toml:13 http.address\n");
}

TEST(FaultsTest, TellsAFileThatCannotBeRead) {
  Given given;
  given.flags = {"--config=" + given.directory.path() + "/none.toml"};
  EXPECT_EQ(given.faults(), "none.toml: cannot be read: No such file or directory\n");
  std::filesystem::create_directory(given.directory.path() + "/directory");
  given.flags = {"--config=" + given.directory.path() + "/directory"};
  EXPECT_EQ(given.faults(), "directory: is a directory, not a file\n");
  given.flags = {"--config=" + given.directory.write("huge.toml", std::string(1048577, '\n'))};
  EXPECT_EQ(given.faults(), "huge.toml: is larger than 1048576 bytes\n");
}

TEST(FaultsTest, PrintsOneCleanLine) {
  EXPECT_EQ(print_fault({"a\nb:1", "k\x1b", "is \xff"}), "a\\nb:1: k\\x1b: is \\xff");
}

}  // namespace
}  // namespace bridge
