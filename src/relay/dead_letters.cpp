#include "bridge/relay/dead_letters.h"

#include <utility>

#include "bridge/core/error.h"

namespace bridge {

void DeadLetters::begin() {
  if (++open_ <= most_at_once) return;
  --open_;
  counters_.outbox_busy.add();
  throw Error(Errc::queue_full, "too many requests look at the dead letters; nothing was changed");
}

void DeadLetters::list(std::string after, std::size_t limit,
                       std::function<void(std::optional<std::vector<DeadLetter>>)> done) {
  begin();
  outbox_.dead_letters(std::move(after), limit,
                       [this, done = std::move(done)](std::optional<std::vector<DeadLetter>> letters) {
                         --open_;
                         done(std::move(letters));
                       });
}

void DeadLetters::retry(std::string id, std::function<void(Outbox::DeadLetterEnd)> done) {
  begin();
  outbox_.retry(std::move(id), [this, done = std::move(done)](Outbox::DeadLetterEnd end) {
    --open_;
    if (end == Outbox::DeadLetterEnd::done) publisher_.on_requeued();
    done(end);
  });
}

void DeadLetters::remove(std::string id, std::function<void(Outbox::DeadLetterEnd)> done) {
  begin();
  outbox_.remove(std::move(id), [this, done = std::move(done)](Outbox::DeadLetterEnd end) {
    --open_;
    done(end);
  });
}

}  // namespace bridge
