#include "bridge/tls/client_context.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

TEST(TlsClientContextTest, ASessionDemandsTheNameOfItsHostAndSendsIt) {
  const TlsClientContext context({});
  const SslPtr session = context.session("broker.example.");
  ASSERT_NE(session, nullptr);
  EXPECT_STREQ(SSL_get_servername(session.get(), TLSEXT_NAMETYPE_host_name), "broker.example");
  EXPECT_STREQ(X509_VERIFY_PARAM_get0_host(SSL_get0_param(session.get()), 0), "broker.example");
  EXPECT_EQ(SSL_get_verify_mode(session.get()), SSL_VERIFY_PEER);
}

TEST(TlsClientContextTest, AnAddressIsDemandedAsSuchAndNeverSent) {
  const TlsClientContext context({});
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    const SslPtr session = context.session(address);
    ASSERT_NE(session, nullptr);
    EXPECT_EQ(SSL_get_servername(session.get(), TLSEXT_NAMETYPE_host_name), nullptr);
    char* demanded = X509_VERIFY_PARAM_get1_ip_asc(SSL_get0_param(session.get()));
    EXPECT_NE(demanded, nullptr);
    OPENSSL_free(demanded);
  }
}

TEST(TlsClientContextTest, NoHostIsNoSession) {
  const TlsClientContext context({});
  EXPECT_EQ(context.session(""), nullptr) << "OpenSSL takes an empty name for: any";
  EXPECT_EQ(context.session("."), nullptr);
}

TEST(TlsClientContextTest, OldTlsIsNotSpoken) {
  const TlsClientContext context({});
  EXPECT_EQ(SSL_get_min_proto_version(context.session("h").get()), TLS1_2_VERSION);
}

TEST(TlsClientContextTest, AFileThatIsMissingIsToldByTheNameOfItsSetting) {
  TlsSettings settings;
  settings.ca_file = "/nonexistent/ca.pem";
  try {
    const TlsClientContext context(settings);
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::invalid_setting);
    EXPECT_TRUE(std::string(error.what()).starts_with("mqtt.tls.ca_file: ")) << error.what();
  }
}

}  // namespace
}  // namespace bridge
