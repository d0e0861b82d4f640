#include "support/certificates.h"

#include <stdexcept>
#include <vector>

#include "support/child_process.h"

namespace bridge::test {
namespace {

void openssl(const std::vector<std::string>& arguments) {
  const ProgramResult result = run_program({"openssl", arguments});
  if (result.status != 0) throw std::runtime_error("openssl: " + result.errors);
}

const std::vector<std::string> new_key = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"};

std::vector<std::string> with_new_key(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), new_key.begin(), new_key.end());
  return arguments;
}

}  // namespace

const Certificates& Certificates::instance() {
  static const Certificates certificates;
  return certificates;
}

Certificates::Certificates()
    : ca_file_(make_authority("ca")),
      unknown_ca_file_(make_authority("unknown")),
      for_loopback_(make_server("loopback", "DNS:localhost,IP:127.0.0.1")),
      for_another_host_(make_server("another", "DNS:broker.example,IP:192.0.2.1")) {}

std::string Certificates::make_authority(const std::string& name) const {
  const std::string file = directory_.file(name + ".pem");
  openssl(with_new_key({"req", "-x509", "-days", "2", "-subj", "/CN=" + name, "-keyout",
                        directory_.file(name + ".key"), "-out", file}));
  return file;
}

ServerCertificate Certificates::make_server(const std::string& name,
                                            const std::string& alternative_names) const {
  const ServerCertificate made{directory_.file(name + ".pem"), directory_.file(name + ".key")};
  const std::string request = directory_.file(name + ".csr");
  const std::string extensions =
      directory_.write(name + ".ext", "subjectAltName=" + alternative_names + "\n");
  openssl(with_new_key({"req", "-subj", "/CN=" + name, "-keyout", made.key_file, "-out", request}));
  openssl({"x509", "-req", "-days", "2", "-in", request, "-CA", ca_file_, "-CAkey", directory_.file("ca.key"),
           "-CAcreateserial", "-extfile", extensions, "-out", made.cert_file});
  return made;
}

}  // namespace bridge::test
