#include "excuses.h"

namespace bridge {

void Excuses::taken(const Delivery& delivery, TimePoint now) {
  taken_at_ = now;
  if (delivery.blame.excused_first) pardoned_at_ = now;
}

/// A broker reads in order: the first that it has not acknowledged is the one that it read last.
void Excuses::excused(const std::vector<Delivery*>& sent) {
  for (Delivery* const delivery : sent) ++delivery->blame.excused;
  if (!sent.empty()) sent.front()->blame.excused_first = true;
}

/// Two messages at which the broker closes the connection do not protect each other while it takes what
/// others send.
bool Excuses::weigh(Delivery& suspect) const {
  Blame& blame = suspect.blame;
  const bool others_passed = taken_at_ > blame.lost_at;
  const bool takes_nothing = !others_passed && lost_at_ > blame.lost_at;
  if (pardoned_at_ > blame.lost_at || takes_nothing)
    blame.excused_alone = 0;
  else
    blame.excused_alone += others_passed ? weight_if_others_passed : weight;
  return blame.excused_alone >= until_convicted;
}

void Excuses::lost(const std::vector<Delivery*>& sent, TimePoint now) {
  for (Delivery* const delivery : sent) delivery->blame.lost_at = now;
  lost_at_ = now;
}

}  // namespace bridge
