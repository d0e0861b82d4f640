// Warnings to an operator: the bridge starts all the same.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "support/certificates.h"

namespace bridge::test {
namespace {

TEST(WarningsTest, TheCheckSaysThemAndPasses) {
  const ProgramResult result = run_program(
      {bridge_binary(), {"--check"}, {{"MQTT_HOST", "b"}, {"MQTT_PASSWORD", "hunter2"}, {"HTTP_BIND", "a"}}});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "");
  for (const char* line :
       {"warning: MQTT_HOST: is not a variable of this program; did you mean MQTT_SERVER?\n",
        "warning: HTTP_BIND: is not a variable of this program; did you mean HTTP_ADDRESS?\n",
        "warning: MQTT_PASSWORD: mqtt.password: is set, but mqtt.user is not", "broker.emqx.io"})
    EXPECT_NE(result.errors.find(line), std::string::npos) << line << "in\n" << result.errors;
  EXPECT_EQ(result.errors.find("hunter2"), std::string::npos);
}

TEST(WarningsTest, TheyAreLoggedAtTheStart) {
  const Mosquitto broker;
  const BridgeProcess bridge({.mqtt_port = broker.port(), .environment = [](const std::string&) {
                                return std::map<std::string, std::string>{{"MQTT_TOPIC", "a"}};
                              }});
  EXPECT_TRUE(
      bridge.output().wait_for_line("MQTT_TOPIC: is not a variable of this program; did you mean "
                                    "MQTT_SUBSCRIBE?",
                                    within(soon)))
      << bridge.output().text();
  EXPECT_TRUE(bridge.output().wait_for_line("[warning]", within(soon)));
}

TEST(WarningsTest, WithoutAPlaceForTheOutboxTheBridgeIsReadyWithAWarning) {
  const Mosquitto broker;
  const std::uint16_t port = free_port();
  ChildProcess bridge(Command{bridge_binary(),
                              {},
                              {{"HOME", ""},
                               {"MQTT_SERVER", "127.0.0.1"},
                               {"MQTT_PORT", broker.port_text()},
                               {"HTTP_PORT", std::to_string(port)}}});
  ASSERT_TRUE(eventually(within(soon), [&] { return HttpClient(port).get("/readyz").status == 200; }));
  const HttpResponse ready = HttpClient(port).get("/readyz");
  ASSERT_EQ(ready.json().value("warnings", nlohmann::json::array()).size(), 1U) << ready.content;
  EXPECT_NE(ready.content.find("the outbox is off"), std::string::npos) << ready.content;
  EXPECT_TRUE(bridge.output().wait_for_line("the outbox is off", within(soon)));
}

TEST(WarningsTest, ADirectoryThatCannotBeMadeIsNotNearlyFull) {
  const Mosquitto broker;
  const TempDir directory;
  const std::string file = directory.write("file", "");
  const BridgeProcess bridge({.mqtt_port = broker.port(), .keep_state = true, .state_dir = file + "/state"},
                             BridgeProcess::Wait::serving);
  const HttpResponse ready = bridge.http().get("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(ready.content.find("the outbox does not accept messages"), std::string::npos) << ready.content;
  EXPECT_EQ(ready.content.find("nearly full"), std::string::npos) << ready.content;
}

class EncryptedKeyTest : public ::testing::Test {
 protected:
  /// The key of the server's certificate, with a passphrase.
  std::string encrypted(const std::vector<std::string>& options) const {
    std::string file = directory_.file("encrypted.key");
    std::vector<std::string> words = {
        "pkey", "-in", certificate_.key_file, "-aes256", "-passout", "pass:hunter2", "-out", file};
    words.insert(words.end(), options.begin(), options.end());
    const ProgramResult made = run_program({"openssl", words});
    EXPECT_EQ(made.status, 0) << made.errors;
    return file;
  }

  void expect_told(const std::vector<std::string>& parts, std::map<std::string, std::string> settings) const {
    const ProgramResult result = run_program({bridge_binary(), {"--check"}, std::move(settings)});
    EXPECT_EQ(result.status, 78);
    for (const std::string& part : parts)
      EXPECT_NE(result.errors.find(part), std::string::npos) << part << " is not in " << result.errors;
  }

  TempDir directory_;
  const ServerCertificate& certificate_ = Certificates::instance().for_loopback();
};

TEST_F(EncryptedKeyTest, IsToldInWordsThatHelp) {
  const std::vector<std::vector<std::string>> forms = {{}, {"-traditional"}};  // PKCS #8, RFC 1421
  for (const auto& form : forms) {
    const std::string key = encrypted(form);
    const std::string remedy = "openssl pkey -in KEY -out PLAIN";
    expect_told({"http.tls.key_file", "encrypted", "takes no passphrase", remedy},
                {{"HTTP_TLS_CERT_FILE", certificate_.cert_file}, {"HTTP_TLS_KEY_FILE", key}});
    std::map<std::string, std::string> mqtt = {{"MQTT_SERVERS", "ssl://localhost"},
                                               {"MQTT_TLS_CERT_FILE", certificate_.cert_file},
                                               {"MQTT_TLS_KEY_FILE", key}};
    expect_told({"mqtt.tls.key_file", "encrypted", "key_passphrase_file", remedy}, mqtt);
    mqtt["MQTT_TLS_KEY_PASSPHRASE"] = "hunter3";
    expect_told({"mqtt.tls.key_file", "the passphrase is wrong"}, mqtt);
  }
}

TEST_F(EncryptedKeyTest, IsOpenedByItsPassphrase) {
  const std::string passphrase = directory_.write("passphrase", "hunter2\n");
  std::filesystem::permissions(passphrase, std::filesystem::perms::owner_read);
  const ProgramResult result = run_program({bridge_binary(),
                                            {"--check"},
                                            {{"MQTT_SERVERS", "ssl://localhost"},
                                             {"MQTT_TLS_CERT_FILE", certificate_.cert_file},
                                             {"MQTT_TLS_KEY_FILE", encrypted({})},
                                             {"MQTT_TLS_KEY_PASSPHRASE_FILE", passphrase}}});
  EXPECT_EQ(result.status, 0) << result.errors;
}

}  // namespace
}  // namespace bridge::test
