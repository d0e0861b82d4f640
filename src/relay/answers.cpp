#include "answers.h"

#include <utility>

namespace bridge {

void Answers::answer(Delivery& delivery, PublishResult result) {
  if (delivery.is_answered()) return;
  delivery.no_longer_due();
  if (result.error && result.error->errc() == Errc::unconfirmed) counters_.publish_unconfirmed.add();
  answers_.push_back({std::exchange(delivery.caller.done, nullptr), std::move(result)});
}

/// Answers that are given from within a `done` are delivered behind these.
void Answers::deliver() {
  if (!delivering_.empty()) return;
  while (!answers_.empty()) {
    delivering_.swap(answers_);
    for (Answer& each : delivering_) each.done(std::move(each.result));
    delivering_.clear();
  }
}

}  // namespace bridge
