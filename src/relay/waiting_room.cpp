#include "bridge/relay/waiting_room.h"

#include <utility>

#include "bridge/core/error.h"

namespace bridge {

void WaitingRoom::begin() {
  if (++open_ <= most_at_once) return;
  --open_;
  counters_.outbox_busy.add();
  throw Error(Errc::queue_full, "too many requests look at the waiting messages; nothing was changed");
}

void WaitingRoom::show(Sequence after, std::size_t limit, WaitingDone done) {
  begin();
  publisher_.show_waiting(after, limit,
                          [this, told = std::move(done)](std::optional<WaitingMessages> waiting) {
                            --open_;
                            told(std::move(waiting));
                          });
}

void WaitingRoom::withdraw(std::string id, WithdrawalDone done) {
  begin();
  publisher_.withdraw(std::move(id), [this, told = std::move(done)](Withdrawal end) {
    --open_;
    told(end);
  });
}

}  // namespace bridge
