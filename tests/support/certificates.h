#pragma once

#include <string>

#include "support/temp_dir.h"

namespace bridge::test {

/// A server certificate and its key, PEM files.
struct ServerCertificate {
  std::string cert_file;
  std::string key_file;
};

/// An authority of our own, and certificates it has signed. Made once for a test process.
class Certificates {
 public:
  static const Certificates& instance();

  const std::string& ca_file() const { return ca_file_; }
  /// An authority that has signed nothing.
  const std::string& unknown_ca_file() const { return unknown_ca_file_; }
  /// For localhost and 127.0.0.1.
  const ServerCertificate& for_loopback() const { return for_loopback_; }
  /// For another host name, good otherwise.
  const ServerCertificate& for_another_host() const { return for_another_host_; }

 private:
  Certificates();
  std::string make_authority(const std::string& name) const;
  ServerCertificate make_server(const std::string& name, const std::string& alternative_names) const;

  TempDir directory_;
  std::string ca_file_;
  std::string unknown_ca_file_;
  ServerCertificate for_loopback_;
  ServerCertificate for_another_host_;
};

}  // namespace bridge::test
