#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bridge {

/// The hash for containers whose keys a client chooses: SipHash-1-3 (Aumasson, Bernstein) under a key that
/// each process draws anew. std::hash has no key that an attacker does not know: keys that all share a bucket
/// can be computed beforehand, and each look-up then goes through all of them. SipHash-1-3 is made for hash
/// tables, and no collision can be computed without its key; it is no signature. A hash must not leave the
/// process: it means nothing to another one.
class SeededHash {
 public:
  /// With the process's own key.
  SeededHash();
  constexpr SeededHash(std::uint64_t key_0, std::uint64_t key_1) : key_0_(key_0), key_1_(key_1) {}

  std::uint64_t operator()(std::string_view bytes) const noexcept;

 private:
  std::uint64_t key_0_;
  std::uint64_t key_1_;
};

}  // namespace bridge
