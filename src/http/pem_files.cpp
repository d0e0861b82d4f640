#include "bridge/http/pem_files.h"

#include <openssl/err.h>

#include "tls_context.h"

namespace bridge {
namespace {

/// @param fault what is wrong if OpenSSL has not said 1; its reason is added, without the file's name.
std::string fault_unless(int outcome, const std::string& fault) {
  if (outcome == 1) return {};
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return fault + (reason == nullptr ? "" : std::string(": ") + reason);
}

/// A passphrase is never there, and never asked for: a daemon has no terminal. It is noted that one was
/// wanted.
int note_encryption(char*, int, int, void* is_encrypted) {
  *static_cast<bool*>(is_encrypted) = true;
  return 0;
}

std::string key_fault(SSL_CTX& context, const std::string& key_file) {
  bool is_encrypted = false;
  SSL_CTX_set_default_passwd_cb(&context, note_encryption);
  SSL_CTX_set_default_passwd_cb_userdata(&context, &is_encrypted);
  const int outcome = SSL_CTX_use_PrivateKey_file(&context, key_file.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_set_default_passwd_cb(&context, no_password);
  if (outcome == 1 || !is_encrypted)
    return fault_unless(outcome, "names a file without a private key in PEM that fits the certificate");
  ERR_clear_error();
  return "names a private key that is encrypted, and the bridge takes no passphrase; decrypt it: openssl "
         "pkey -in "
         "KEY -out PLAIN, and chmod 600";
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
  if (!files.key.empty())  // compared with the certificate, if there is one by now
    faults.key = key_fault(*context, files.key);
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
  const PemFaults client =
      check_pem_files({mqtt.cert_file, one_file ? mqtt.cert_file : mqtt.key_file, mqtt.ca_file});
  const PemFaults server = check_pem_files({http.cert_file, http.key_file, http.client_ca_file});
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
