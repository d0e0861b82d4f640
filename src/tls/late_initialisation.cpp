// cpp-httplib has a static object that makes OpenSSL set up all it has before main() begins: nearly 2 MB of
// resident memory, and milliseconds, also where no TLS is spoken. OpenSSL sets itself up when it is first
// used. The program's own definition of a function is found before that of a shared library, by every caller.
#include <dlfcn.h>
#include <openssl/ssl.h>

#include <cstdint>

namespace bridge {
namespace {

/// Static objects of libraries are made before those of the program that uses them.
bool libraries_are_loaded = false;
[[gnu::constructor]] void note_that_libraries_are_loaded() {
  libraries_are_loaded = true;
  // At exit OpenSSL would free what a handshake on one of paho's threads, which never end, may still use.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
}

}  // namespace
}  // namespace bridge

/// Does nothing before main(), and OpenSSL's own initialisation from then on.
extern "C" int OPENSSL_init_ssl(std::uint64_t options, const OPENSSL_INIT_SETTINGS* settings) {
  if (!bridge::libraries_are_loaded) return 1;
  static const auto original =
      reinterpret_cast<decltype(&OPENSSL_init_ssl)>(dlsym(RTLD_NEXT, "OPENSSL_init_ssl"));
  return original != nullptr ? original(options, settings) : 0;
}
