#include "random_bytes.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>

namespace bridge::mqtt {
namespace {

struct Store {
  std::array<char, 256> bytes;  // getrandom() fills as many without a break (getrandom(2))
  std::size_t used = sizeof(bytes);
};

void refill(Store& store) {
  ssize_t filled = 0;
  do {
    filled = ::getrandom(store.bytes.data(), store.bytes.size(), 0);
  } while (filled < 0 && errno == EINTR);
  if (filled != static_cast<ssize_t>(store.bytes.size()))
    throw std::system_error(errno, std::generic_category(), "getrandom");
  store.used = 0;
}

}  // namespace

void fill_with_random(std::span<char> bytes) {
  thread_local Store store;
  for (char& byte : bytes) {
    if (store.used == store.bytes.size()) refill(store);
    byte = store.bytes[store.used++];
  }
}

}  // namespace bridge::mqtt
