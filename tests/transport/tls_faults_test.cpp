// The faults of TLS, and the words for each.

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "client.h"
#include "peer.h"
#include "support/child_process.h"

namespace bridge::test {
namespace {

using Kind = mqtt::ConnectFailure::Kind;

TlsSettings trusting(const std::string& ca_file) {
  TlsSettings settings;
  settings.ca_file = ca_file;
  return settings;
}

TlsSettings trusting() { return trusting(Certificates::instance().ca_file()); }

/// The reason why no connection came about with a broker with this TLS; empty if one did.
std::string words(const PeerTls& tls, const TlsSettings& settings, const std::string& host = "localhost") {
  PeerThread peer([&](Peer& broker) {
    broker.shake_hands(tls);
    broker.socket().shut_down_sending();
  });
  Client client;
  if (client.connect({host, peer.port(), true, false, ""}, settings)) return "";
  EXPECT_EQ(client.failure->kind, Kind::tls);
  return client.failure->words;
}

TEST(TlsFaultsTest, NameAndAddressMustBeThoseOfTheCertificate) {
  EXPECT_EQ(words({}, trusting()), "");
  EXPECT_EQ(words({}, trusting(), "127.0.0.1"), "");
  const PeerTls another{.certificate = Certificates::instance().for_another_host()};
  EXPECT_EQ(words(another, trusting()), "the broker's certificate: hostname mismatch");
  EXPECT_EQ(words(another, trusting(), "127.0.0.1"), "the broker's certificate: IP address mismatch");
}

TEST(TlsFaultsTest, TheAuthorityMustBeTrusted) {
  const std::string unknown = "the broker's certificate: unable to get local issuer certificate";
  EXPECT_EQ(words({}, trusting(Certificates::instance().unknown_ca_file())), unknown);
  EXPECT_EQ(words({}, {}), unknown) << "the system's trust store has no authority of a test";
}

/// `good`, but signed by its own key, and of yesterday.
std::string expired(const ServerCertificate& good, const TempDir& directory) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> certificate_file(BIO_new_file(good.cert_file.c_str(), "r"),
                                                                   BIO_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> key_file(BIO_new_file(good.key_file.c_str(), "r"),
                                                           BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(certificate_file.get(), nullptr, nullptr, nullptr), X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(key_file.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  constexpr long day = 86400;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * day);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), -day);
  while (X509_get_ext_count(certificate.get()) > 1)  // all but the names: they tell of another issuer
    X509_EXTENSION_free(X509_delete_ext(certificate.get(), X509_get_ext_count(certificate.get()) - 1));
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::string file = directory.file("expired.pem");
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new_file(file.c_str(), "w"), BIO_free);
  EXPECT_EQ(PEM_write_bio_X509(out.get(), certificate.get()), 1);
  return file;
}

TEST(TlsFaultsTest, AnExpiredCertificateIsTold) {
  const TempDir directory;
  const ServerCertificate& good = Certificates::instance().for_loopback();
  const std::string file = expired(good, directory);
  EXPECT_EQ(words({.certificate = {file, good.key_file}}, trusting(file)),
            "the broker's certificate: certificate has expired");
}

TEST(TlsFaultsTest, OldTlsIsRefused) {
  PeerThread peer([](Peer& broker) {
    broker.receive(1);
    broker.send(std::string_view("\x15\x03\x01\x00\x02\x02\x46", 7));  // protocol_version, as TLS 1.0 says it
    broker.receive_all();
  });
  Client client;
  EXPECT_FALSE(client.connect(tls_at(peer.port()), trusting()));
  EXPECT_EQ(client.failure->words, "the broker does not speak TLS 1.2 or 1.3");
}

TEST(TlsFaultsTest, AnotherProtocolIsNoTls) {
  for (const std::string_view answer : {std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n"),
                                        std::string_view("\x20\x02\x00\x01 and more", 13)}) {
    PeerThread peer([&](Peer& broker) {
      broker.receive(1);
      broker.send(answer);
      broker.receive_all();
    });
    Client client;
    EXPECT_FALSE(client.connect(tls_at(peer.port()), trusting()));
    EXPECT_EQ(client.failure->kind, Kind::tls);
    EXPECT_EQ(client.failure->words, "the broker does not speak TLS here");
  }
}

/// In TLS 1.3 the client ends its handshake before the server has looked at its certificate.
std::string end_of(const PeerTls& tls, const TlsSettings& settings) {
  PeerThread peer([&](Peer& broker) {
    broker.shake_hands(tls);
    broker.socket().shut_down_sending();
    broker.receive_all();
  });
  Client client;
  if (!client.connect(tls_at(peer.port()), settings)) return client.failure->words;
  EXPECT_TRUE(client.ends());
  EXPECT_TRUE(client.end->by_peer);
  return client.end->words;
}

TEST(TlsFaultsTest, ABrokerThatWantsAClientCertificateSaysSo) {
  PeerTls demanding{.client_ca_file = Certificates::instance().ca_file()};
  EXPECT_EQ(end_of(demanding, trusting()), "TLS: the broker wants a client certificate");
  demanding.newest = TLS1_2_VERSION;
  EXPECT_EQ(end_of(demanding, trusting()), "the broker wants a client certificate");
}

TEST(TlsFaultsTest, ABrokerThatDoesNotTakeOursSaysSo) {
  TlsSettings showing = trusting();
  showing.cert_file = Certificates::instance().for_loopback().cert_file;
  showing.key_file = Certificates::instance().for_loopback().key_file;
  PeerTls demanding{.client_ca_file = Certificates::instance().unknown_ca_file()};
  const std::string expected = "the broker does not take our client certificate: ";
  EXPECT_TRUE(end_of(demanding, showing).starts_with("TLS: " + expected));
  demanding.newest = TLS1_2_VERSION;
  EXPECT_TRUE(end_of(demanding, showing).starts_with(expected));
  demanding.client_ca_file = Certificates::instance().ca_file();
  EXPECT_EQ(end_of(demanding, showing), "closed by the broker") << "this one it takes";
}

TEST(TlsFaultsTest, AnEncryptedKeyIsOpenedByItsPassphrase) {
  const TempDir directory;
  const ServerCertificate& certificate = Certificates::instance().for_loopback();
  TlsSettings showing = trusting();
  showing.cert_file = certificate.cert_file;
  showing.key_file = directory.file("encrypted.key");
  ASSERT_EQ(run_program({"openssl",
                         {"pkey", "-in", certificate.key_file, "-aes256", "-passout", "pass:hunter2", "-out",
                          showing.key_file}})
                .status,
            0);
  EXPECT_THROW(TlsClientContext{showing}, std::exception);
  showing.key_passphrase = "hunter2";
  EXPECT_EQ(end_of({.client_ca_file = Certificates::instance().ca_file()}, showing), "closed by the broker");
}

TEST(TlsFaultsTest, ProtocolsAreOffered) {
  TlsSettings settings = trusting();
  settings.alpn = {"x-amzn-mqtt-ca", "mqtt"};
  EXPECT_EQ(end_of({.protocol = "mqtt"}, settings), "closed by the broker");
  EXPECT_EQ(end_of({.protocol = "coap"}, settings),
            "the broker knows none of the protocols in mqtt.tls.alpn");
}

TEST(TlsFaultsTest, AnOrderlyEndIsOne) {
  PeerThread peer([](Peer& broker) {
    broker.shake_hands({});
    broker.send("last words");
    broker.end_tls();
    broker.receive_all();
  });
  Client client;
  ASSERT_TRUE(client.connect(tls_at(peer.port()), trusting()));
  ASSERT_TRUE(client.ends());
  EXPECT_EQ(client.received, "last words");
  EXPECT_TRUE(client.end->by_peer);
  EXPECT_EQ(client.end->words, "closed by the broker");
}

TEST(TlsFaultsTest, GarbageInTheStreamEndsIt) {
  PeerThread peer([](Peer& broker) {
    broker.shake_hands({});
    broker.socket().send_all("this is no record of TLS");
    broker.receive_all();
  });
  Client client;
  ASSERT_TRUE(client.connect(tls_at(peer.port()), trusting()));
  ASSERT_TRUE(client.ends());
  EXPECT_FALSE(client.end->by_peer);
  EXPECT_TRUE(client.end->words.starts_with("TLS: ")) << client.end->words;
}

TEST(TlsFaultsTest, ARenewedContextIsForNewConnections) {
  const TempDir directory;
  const std::string ca_file = directory.file("ca.pem");
  std::filesystem::copy_file(Certificates::instance().unknown_ca_file(), ca_file);
  TlsClientContext context(trusting(ca_file));
  std::filesystem::copy_file(Certificates::instance().ca_file(), ca_file,
                             std::filesystem::copy_options::overwrite_existing);
  const auto connects = [&] {
    PeerThread peer([](Peer& broker) {
      broker.shake_hands({});
      broker.receive_all();
    });
    Client client;
    std::optional<bool> connected;
    const std::shared_ptr<const TlsClientContext> borrowed(&context, [](const TlsClientContext*) {});
    client.connector.connect(tls_at(peer.port()), borrowed, std::chrono::seconds(10),
                             [&](mqtt::ConnectResult result) { connected = result.index() == 0; });
    EXPECT_TRUE(client.run_until([&] { return connected.has_value(); }));
    return connected.value_or(false);
  };
  EXPECT_FALSE(connects());
  context.reload();
  EXPECT_TRUE(connects());
}

}  // namespace
}  // namespace bridge::test
