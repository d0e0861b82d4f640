#pragma once

#include <openssl/ssl.h>

#include <algorithm>
#include <string_view>

namespace bridge {

/// While it lives, it answers OpenSSL's question for the passphrase of a private key in place of the
/// terminal, which a daemon does not have. It notes that it was asked: the key is encrypted.
class Passphrase {
 public:
  Passphrase(SSL_CTX& context, std::string_view passphrase) : context_(context), passphrase_(passphrase) {
    SSL_CTX_set_default_passwd_cb(&context_, answer);
    SSL_CTX_set_default_passwd_cb_userdata(&context_, this);
  }
  ~Passphrase() {
    SSL_CTX_set_default_passwd_cb(&context_, [](char*, int, int, void*) { return 0; });
    SSL_CTX_set_default_passwd_cb_userdata(&context_, nullptr);
  }
  Passphrase(const Passphrase&) = delete;
  Passphrase& operator=(const Passphrase&) = delete;

  bool was_asked_for() const { return was_asked_for_; }

 private:
  static int answer(char* buffer, int size, int, void* self) {
    auto& passphrase = *static_cast<Passphrase*>(self);
    passphrase.was_asked_for_ = true;
    const std::string_view text = passphrase.passphrase_;
    if (size < 0 || text.size() > static_cast<std::size_t>(size)) return 0;
    std::copy(text.begin(), text.end(), buffer);
    return static_cast<int>(text.size());
  }

  SSL_CTX& context_;
  std::string_view passphrase_;
  bool was_asked_for_ = false;
};

}  // namespace bridge
