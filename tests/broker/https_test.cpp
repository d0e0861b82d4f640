// HTTPS: the demands on clients and certificates, and the renewal of certificates.

#include <csignal>
#include <filesystem>
#include <sstream>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/certificates.h"
#include "support/child_process.h"
#include "support/raw_exchange.h"

namespace bridge::test {
namespace {

const Certificates& certificates() { return Certificates::instance(); }

/// A bridge with certificates in files of its own.
class HttpsTest : public ::testing::Test {
 protected:
  explicit HttpsTest(const std::string& client_ca_file = {})
      : bridge_({.mqtt_port = broker_.port(),
                 .http = "max_bulk = 20000",
                 .more = table(client_ca_file),
                 .transport = Transport::http},
                BridgeProcess::Wait::none) {}

  void install(const ServerCertificate& certificate) const {
    const auto replace = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(certificate.cert_file, files_.file("cert.pem"), replace);
    std::filesystem::copy_file(certificate.key_file, files_.file("key.pem"), replace);
  }

  HttpClient client(const ServerCertificate& shown = {}) const {
    const TlsIdentity identity{certificates().ca_file(), shown.cert_file, shown.key_file};
    return HttpClient({.port = bridge_.port(), .transport = Transport::https, .identity = identity});
  }

  bool wait_until_ready(const ServerCertificate& shown = {}) const {
    return eventually(within(soon), [&] { return client(shown).get("/readyz").status == 200; });
  }

  std::string table(const std::string& client_ca_file) const {
    install(certificates().for_loopback());
    std::ostringstream text;
    text << "[http.tls]\ncert_file = \"" << files_.file("cert.pem") << "\"\nkey_file = \""
         << files_.file("key.pem") << "\"\nclient_ca_file = \"" << client_ca_file
         << "\"\n[publish]\nqueue_messages = 20000\n";
    return text.str();
  }

  std::string serial_seen(HttpClient& http) const {
    EXPECT_EQ(http.get("/healthz").status, 200);
    return http.tls() == nullptr ? "no TLS" : http.tls()->serial_of_server();
  }

  TempDir files_;
  Mosquitto broker_;
  BridgeProcess bridge_;
};

TEST_F(HttpsTest, Tls12And13AreSpokenAndNothingOlder) {
  ASSERT_TRUE(wait_until_ready());
  const TlsIdentity identity{certificates().ca_file()};
  for (const auto& [version, name] :
       {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
    const Socket socket = Socket::connect_to(bridge_.port());
    TlsSession session(identity, version);
    EXPECT_TRUE(session.shake_hands(socket, within(soon))) << name;
    EXPECT_EQ(session.version(), name);
  }
  const Socket socket = Socket::connect_to(bridge_.port());
  socket.send_all(TlsSession(identity, TLS1_1_VERSION).first_flight());
  const std::string answer = socket.receive(within(soon)).value_or("");
  ASSERT_EQ(answer.size(), 7U);
  EXPECT_EQ(answer[0], 21) << "an alert (RFC 8446, 6)";
  EXPECT_EQ(answer[6], 70) << "protocol_version";
}

TEST_F(HttpsTest, PlainHttpIsToldSo) {
  ASSERT_TRUE(wait_until_ready());
  HttpClient plain(bridge_.port());
  expect_problem(plain.get("/healthz"), 400, -1, "https");
}

TEST_F(HttpsTest, LargeContentsGoUpAndDown) {
  ASSERT_TRUE(wait_until_ready());
  MqttProbe probe(broker_.port());
  probe.subscribe("large");
  HttpClient http = client();
  std::string bytes(1048576, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>((i * 31 + i / 256) % 256);
  expect_success(http.request("POST", "/topics/large?qos=1", bytes));
  const auto message = probe.wait_for_topic("large", within(soon));
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->payload == bytes) << "1 MiB differs";

  std::string lines;
  for (int i = 0; i < 20000; ++i) lines += "{\"topic\":\"t\",\"msg\":\"m\"}\n";
  const HttpResponse answer =
      http.request("POST", "/publish/bulk", lines, {{"Content-Type", "application/x-ndjson"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json()["results"].size(), 20000U) << answer.content.size() << " bytes";
}

TEST_F(HttpsTest, RequestsInOneRecordAndInManyAreAnsweredInOrder) {
  ASSERT_TRUE(wait_until_ready());
  const std::string three =
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  HttpClient http = client();
  http.send_raw(three);
  for (const char byte : three) http.send_raw(std::string(1, byte));
  for (int round = 0; round < 2; ++round)
    for (const int status : {200, 404, 200}) EXPECT_EQ(http.receive_response(within(soon)).status, status);
}

TEST_F(HttpsTest, RenewedCertificatesAreLoadedWithoutDroppingAConnection) {
  ASSERT_TRUE(wait_until_ready());
  HttpClient kept = client();
  const std::string first = serial_seen(kept);

  install(certificates().for_another_host());
  bridge_.process().signal(SIGHUP);
  ASSERT_TRUE(bridge_.output().wait_for_line("Certificates are loaded anew", within(soon)));
  EXPECT_EQ(serial_seen(kept), first) << "the same connection";
  HttpClient fresh = client();
  const std::string second = serial_seen(fresh);
  EXPECT_NE(second, first);

  files_.write("cert.pem", "-----BEGIN CERTIFICATE-----\nbroken\n");
  bridge_.process().signal(SIGHUP);
  ASSERT_TRUE(bridge_.output().wait_for_line("The earlier certificates stay in use", within(soon)));
  HttpClient later = client();
  EXPECT_EQ(serial_seen(later), second);
  EXPECT_EQ(serial_seen(kept), first);
}

TEST_F(HttpsTest, AKeyThatDoesNotFitFailsTheCheckAndTheStart) {
  std::filesystem::copy_file(certificates().for_another_host().key_file, files_.file("key.pem"),
                             std::filesystem::copy_options::overwrite_existing);
  for (const bool check : {true, false}) {
    std::vector<std::string> arguments = {"--config", bridge_.config_file(), "--http-port",
                                          std::to_string(free_port())};
    if (check) arguments.emplace_back("--check");
    const ProgramResult result = run_program({bridge_binary(), arguments});
    EXPECT_EQ(result.status, 78) << result.output << result.errors;
    EXPECT_TRUE(result.errors.starts_with(bridge_.config_file() + ":")) << result.errors;
    EXPECT_TRUE(result.errors.ends_with(
        ": http.tls.key_file: names a file without a private key in PEM that fits the certificate: "
        "key values mismatch\n"))
        << result.errors;
  }
}

TEST_F(HttpsTest, TheCheckTellsAllFaultsOfAllFilesAtOnce) {
  const std::string no_pem = files_.write("no.pem", "not a certificate");
  const std::string key = certificates().for_loopback().key_file;
  const std::string config = files_.write(
      "bad.toml", "[mqtt]\nport = 0\nservers = [\"ssl://localhost\"]\n[mqtt.tls]\nca_file = \"" + no_pem +
                      "\"\ncert_file = \"" + key + "\"\n[http.tls]\ncert_file = \"" + no_pem +
                      "\"\nkey_file = \"" + no_pem + "\"\nclient_ca_file = \"" + key + "\"\n");
  const ProgramResult result = run_program({bridge_binary(), {"--config", config, "--check"}});
  EXPECT_EQ(result.status, 78);
  for (const char* place :
       {":2: mqtt.port: ", ":5: mqtt.tls.ca_file: ", ":6: mqtt.tls.cert_file: ", ":8: http.tls.cert_file: ",
        ":9: http.tls.key_file: ", ":10: http.tls.client_ca_file: "})
    EXPECT_NE(result.errors.find(config + place), std::string::npos) << place << " in\n" << result.errors;
}

class ClientCertificatesTest : public HttpsTest {
 protected:
  ClientCertificatesTest() : HttpsTest(certificates().ca_file()) {}
};

TEST_F(ClientCertificatesTest, OnlyThoseOfTheAuthorityAreServed) {
  const ServerCertificate& right = certificates().for_another_host();
  ASSERT_TRUE(wait_until_ready(right));
  EXPECT_EQ(client(right).get("/healthz").status, 200);
  EXPECT_EQ(client().get("/healthz").status, 0) << "none";
  const std::string unknown = certificates().unknown_ca_file();
  const ServerCertificate wrong{unknown, unknown.substr(0, unknown.size() - 4) + ".key"};
  ASSERT_TRUE(std::filesystem::exists(wrong.key_file));
  EXPECT_EQ(client(wrong).get("/healthz").status, 0) << "somebody else's";
  EXPECT_EQ(client(right).get("/healthz").status, 200);
}

}  // namespace
}  // namespace bridge::test
