#include "bridge/core/seeded_hash.h"

#include <bit>
#include <cstring>
#include <random>

namespace bridge {
namespace {

struct Key {
  std::uint64_t words[2];
};

std::uint64_t draw(std::random_device& random) {
  const std::uint64_t high = random();
  return high << 32U | random();
}

const Key& key_of_process() {
  static const Key key = [] {
    std::random_device random;
    return Key{{draw(random), draw(random)}};
  }();
  return key;
}

/// The four words of SipHash, and its round.
struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

std::uint64_t word_at(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

/// The bytes behind the last whole word, with the length in the highest byte.
std::uint64_t last_word(const char* bytes, std::size_t left, std::size_t length) {
  std::uint64_t word = static_cast<std::uint64_t>(length) << 56U;
  for (std::size_t i = 0; i < left; ++i)
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8U * i);
  return word;
}

}  // namespace

SeededHash::SeededHash() : SeededHash(key_of_process().words[0], key_of_process().words[1]) {}

std::uint64_t SeededHash::operator()(std::string_view bytes) const noexcept {
  State state{key_0_ ^ 0x736F6D6570736575, key_1_ ^ 0x646F72616E646F6D, key_0_ ^ 0x6C7967656E657261,
              key_1_ ^ 0x7465646279746573};
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t), at += sizeof(std::uint64_t))
    state.take(word_at(at));
  state.take(last_word(at, left, bytes.size()));
  state.v2 ^= 0xFF;
  for (int i = 0; i < 3; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace bridge
