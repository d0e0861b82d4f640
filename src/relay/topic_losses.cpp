#include "topic_losses.h"

namespace bridge {

void TopicLosses::lost(LossNumber loss, bool is_half, TimePoint now) {
  add({.number = loss, .is_half = is_half, .at = now});
}

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

/// The oldest loss is dropped for want of room. It may be one of those that were many, so the end that these
/// gave is kept: they are within the first `2 * many`.
void TopicLosses::add(Loss loss) {
  if (losses_.size() == capacity) {
    kept_many_until_ = losses_[2 * many - 1].many_until;
    losses_.erase(losses_.begin());
  }
  losses_.push_back(loss);
  count_again();
}

void TopicLosses::count_again() {
  many_until_ = kept_many_until_;
  for (std::size_t i = 0; i < losses_.size(); ++i) {
    Loss& loss = losses_[i];
    if (loss.at < many_until_ || makes_many(i)) many_until_ = loss.at + stay_many;
    loss.many_until = many_until_;
  }
}

/// @return true if it and those before it count as `many`, soon enough after each other.
bool TopicLosses::makes_many(std::size_t last) const {
  std::size_t halves = 0;
  for (std::size_t i = last + 1; i-- > 0 && losses_[last].at - losses_[i].at < within;)
    halves += losses_[i].is_half ? 1 : 2;
  return halves >= 2 * many;
}

}  // namespace bridge
