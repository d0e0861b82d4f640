#pragma once

#include <cstdint>

namespace bridge {

/// The losses of the connection are numbered from 1.
using LossNumber = std::uint64_t;

/// The losses at which a message was in flight; exact for those among the last 64 of the connection.
class LossSet {
 public:
  /// @param loss is not below latest().
  void add(LossNumber loss) {
    before_ = loss - latest_ < window ? before_ << (loss - latest_) | 1U : 1U;
    latest_ = loss;
  }
  bool has(LossNumber loss) const {
    return loss != 0 && loss <= latest_ && latest_ - loss < window && (before_ >> (latest_ - loss) & 1U) != 0;
  }
  /// 0 if there is none.
  LossNumber latest() const { return latest_; }

 private:
  static constexpr LossNumber window = 64;

  LossNumber latest_ = 0;
  std::uint64_t before_ = 0;  // bit n: the loss n before the latest one
};

}  // namespace bridge
