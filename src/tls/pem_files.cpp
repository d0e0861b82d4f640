#include "bridge/tls/pem_files.h"

#include <openssl/err.h>
#include <openssl/x509err.h>

#include "bridge/tls/openssl_pointers.h"
#include "openssl_reason.h"
#include "passphrase.h"

namespace bridge {
namespace {

/// @param outcome 1 if OpenSSL succeeded.
/// @return empty if it did, else `fault` with OpenSSL's reason behind it.
std::string fault_unless(int outcome, const std::string& fault) {
  return outcome == 1 ? std::string() : with_openssl_reason(fault);
}

bool is_of_another_certificate() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_X509 && ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH;
}

std::string encryption_fault(const PemFiles& files) {
  ERR_clear_error();
  if (!files.takes_passphrase)
    return "names a private key that is encrypted, and the bridge takes no passphrase; decrypt it: openssl "
           "pkey -in KEY -out PLAIN, and chmod 600";
  if (files.key_passphrase.empty())
    return "names a private key that is encrypted; set key_passphrase_file beside it, or decrypt it: openssl "
           "pkey -in KEY -out PLAIN, and chmod 600";
  return "names a private key that key_passphrase does not open: the passphrase is wrong";
}

std::string key_fault(SSL_CTX& context, const PemFiles& files) {
  const Passphrase passphrase(context, files.key_passphrase);
  const int outcome = SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM);
  if (outcome != 1 && passphrase.was_asked_for() && !is_of_another_certificate())
    return encryption_fault(files);
  return fault_unless(outcome, "names a file without a private key in PEM that fits the certificate");
}

}  // namespace

PemFaults check_pem_files(const PemFiles& files) {
  if (files.certificate.empty() && files.key.empty() && files.authorities.empty()) return {};
  const ContextPtr context(SSL_CTX_new(TLS_method()));
  if (!context) return {fault_unless(0, "cannot be used"), {}, {}};
  SSL_CTX_set_default_passwd_cb(context.get(), no_password);
  PemFaults faults;
  if (!files.certificate.empty())
    faults.certificate =
        fault_unless(SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()),
                     "names a file without a certificate in PEM that can be used");
  if (!files.key.empty())  // OpenSSL compares it with the certificate, if one is loaded
    faults.key = key_fault(*context, files);
  if (!files.authorities.empty())
    faults.authorities =
        fault_unless(SSL_CTX_load_verify_locations(context.get(), files.authorities.c_str(), nullptr),
                     "names a file without certificates in PEM that can be used");
  return faults;
}

std::vector<KeyFault> certificate_faults(const Settings& settings) {
  const TlsSettings& mqtt = settings.mqtt.tls;
  const HttpTlsSettings& http = settings.http.tls;
  const bool one_file = mqtt.key_file.empty();  // then the key is beside its certificate
  const PemFaults client = check_pem_files(
      {mqtt.cert_file, one_file ? mqtt.cert_file : mqtt.key_file, mqtt.ca_file, true, mqtt.key_passphrase});
  const PemFaults server = check_pem_files({http.cert_file, http.key_file, http.client_ca_file, false, {}});
  std::vector<KeyFault> faults = {{"mqtt.tls.ca_file", client.authorities},
                                  {"mqtt.tls.cert_file", client.certificate},
                                  {one_file ? "mqtt.tls.cert_file" : "mqtt.tls.key_file", client.key},
                                  {"http.tls.cert_file", server.certificate},
                                  {"http.tls.key_file", server.key},
                                  {"http.tls.client_ca_file", server.authorities}};
  std::erase_if(faults, [](const KeyFault& fault) { return fault.what.empty(); });
  return faults;
}

}  // namespace bridge
