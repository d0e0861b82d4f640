#include "excuses.h"

namespace bridge {

void Excuses::taken(const Delivery& delivery, TimePoint now) {
  taken_at_ = now;
  if (delivery.trouble.excused_first) pardoned_at_ = now;
}

/// A broker reads in order: the first that it has not acknowledged is the one that it read last.
void Excuses::excused(const std::vector<Delivery*>& sent) {
  for (Delivery* const delivery : sent) ++delivery->trouble.excused;
  if (!sent.empty()) sent.front()->trouble.excused_first = true;
}

/// Two messages at which the broker closes the connection do not protect each other while it takes what
/// others send.
bool Excuses::weigh(Delivery& suspect) const {
  Delivery::Trouble& trouble = suspect.trouble;
  const bool others_passed = taken_at_ > trouble.lost_at;
  const bool takes_nothing = !others_passed && lost_at_ > trouble.lost_at;
  if (pardoned_at_ > trouble.lost_at || takes_nothing)
    trouble.excused_alone = 0;
  else
    trouble.excused_alone += others_passed ? weight_if_others_passed : weight;
  return trouble.excused_alone >= until_convicted;
}

void Excuses::lost(const std::vector<Delivery*>& sent, TimePoint now) {
  for (Delivery* const delivery : sent) delivery->trouble.lost_at = now;
  lost_at_ = now;
}

}  // namespace bridge
