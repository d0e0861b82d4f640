#pragma once

#include <string>
#include <vector>

#include "bridge/core/key_fault.h"
#include "bridge/core/settings.h"

namespace bridge {

/// Files that TLS needs; empty: none.
struct PemFiles {
  std::string certificate;
  std::string key;  // of the certificate
  std::string authorities;
  bool takes_passphrase = false;  // there is a setting for the key's passphrase
  std::string key_passphrase;
};

/// For each file, a sentence on why it cannot be used; empty if it can, or if there is none.
struct PemFaults {
  std::string certificate;
  std::string key;
  std::string authorities;
};

/// Reads the files, and checks that the key belongs to the certificate.
PemFaults check_pem_files(const PemFiles& files);

/// The faults of all files for TLS that the settings name: OpenSSL reads them.
std::vector<KeyFault> certificate_faults(const Settings& settings);

}  // namespace bridge
