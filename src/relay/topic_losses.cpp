#include "topic_losses.h"

namespace bridge {

void TopicLosses::lost(LossNumber loss, TimePoint now) { add({.number = loss, .at = now}); }

/// Another message may have been in flight at the same losses, and be convicted, too. It does not take away
/// the loss that counts for the first one.
void TopicLosses::explained(const LossSet& losses, TimePoint now) {
  std::erase_if(losses_, [&](const Loss& loss) { return !loss.is_explained && losses.has(loss.number); });
  add({.number = losses.latest(), .is_explained = true, .at = now});
}

void TopicLosses::pardon(LossNumber pardoned) {
  std::erase_if(losses_, [=](const Loss& loss) { return loss.number == pardoned; });
  count_again();
}

/// The oldest loss is dropped for want of room. It may be one of four that were many, so the end that these
/// four gave is kept.
void TopicLosses::add(Loss loss) {
  if (losses_.size() == capacity) {
    kept_many_until_ = losses_[many - 1].many_until;
    losses_.erase(losses_.begin());
  }
  losses_.push_back(loss);
  count_again();
}

void TopicLosses::count_again() {
  many_until_ = kept_many_until_;
  for (std::size_t i = 0; i < losses_.size(); ++i) {
    Loss& loss = losses_[i];
    const bool makes_many = i + 1 >= many && loss.at - losses_[i + 1 - many].at < within;
    if (makes_many || loss.at < many_until_) many_until_ = loss.at + stay_many;
    loss.many_until = many_until_;
  }
}

}  // namespace bridge
