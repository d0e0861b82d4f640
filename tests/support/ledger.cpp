#include "support/ledger.h"

namespace bridge::test {

void Ledger::answered(const std::string& message, int status) {
  const std::lock_guard lock(mutex_);
  statuses_[message] = status;
}

void Ledger::received(const std::string& message) {
  const std::lock_guard lock(mutex_);
  ++receipts_[message];
}

std::size_t Ledger::answers() const {
  const std::lock_guard lock(mutex_);
  return statuses_.size();
}

LedgerResult Ledger::compare() const {
  const std::lock_guard lock(mutex_);
  LedgerResult result;
  for (const auto& [message, status] : statuses_) {
    const bool arrived = receipts_.contains(message);
    if (status == 200) {
      ++result.accepted;
      if (!arrived) result.lost.push_back(message);
    } else if (status == 0 || status == 504) {
      ++result.unknown;
    } else {
      ++result.refused;
      if (arrived) result.forbidden.push_back(message);
    }
  }
  for (const auto& [message, times] : receipts_) {
    if (times > 1) ++result.duplicates;
  }
  return result;
}

}  // namespace bridge::test
