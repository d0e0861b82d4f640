#include "support/ledger.h"

#include <algorithm>

namespace bridge::test {
namespace {

bool is_refusal(int status) { return status >= 400 && status != 504; }

}  // namespace

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

std::size_t Ledger::refusals() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(
      statuses_.begin(), statuses_.end(), [](const auto& answer) { return is_refusal(answer.second); }));
}

LedgerResult Ledger::compare() const {
  const std::lock_guard lock(mutex_);
  LedgerResult result;
  for (const auto& [message, status] : statuses_) {
    const bool arrived = receipts_.contains(message);
    if (status == 200 || status == 202) {
      ++result.accepted;
      if (!arrived) result.lost.push_back(message);
    } else if (is_refusal(status)) {
      ++result.refused;
      if (arrived) result.forbidden.push_back(message);
    } else {
      ++result.unknown;
    }
  }
  for (const auto& [message, times] : receipts_) {
    if (times > 1) ++result.duplicates;
  }
  return result;
}

}  // namespace bridge::test
