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
    faults.key = fault_unless(SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM),
                              "names a file without a private key in PEM that fits the certificate");
  if (!files.authorities.empty())
    faults.authorities =
        fault_unless(SSL_CTX_load_verify_locations(context.get(), files.authorities.c_str(), nullptr),
                     "names a file without certificates in PEM that can be used");
  return faults;
}

}  // namespace bridge
