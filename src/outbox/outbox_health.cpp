#include "outbox_health.h"

namespace bridge {
namespace {

constexpr std::chrono::minutes quiet_after_a_line{1};

constexpr std::uint64_t nine_tenths(std::uint64_t limit) { return limit - limit / 10; }

}  // namespace

void OutboxHealth::failing(const std::string& why) { failure_ = "the disk does not take it: " + why; }

void OutboxHealth::working() { failure_.clear(); }

std::string OutboxHealth::limit_reached(const Totals& totals, std::int64_t disk) const {
  if (totals.messages >= settings_.max_messages) return "outbox.max_messages is reached";
  if (totals.bytes >= settings_.max_bytes) return "outbox.max_bytes is reached";
  if (disk <= 0) return "the disk has no more than outbox.min_free left";
  return {};
}

bool OutboxHealth::is_nearly_full(const Totals& totals, std::int64_t disk) const {
  return totals.messages >= nine_tenths(settings_.max_messages) ||
         totals.bytes >= nine_tenths(settings_.max_bytes) ||
         disk <= static_cast<std::int64_t>(settings_.min_free / 10);
}

void OutboxHealth::publish(const Totals& totals, std::int64_t disk, bool known) {
  const std::string fault = is_failing() ? failure_ : limit_reached(totals, disk);
  tell(fault);  // first: whoever sees the change finds the line
  {
    const std::lock_guard lock(mutex_);
    status_ = {
        fault.empty(),          is_nearly_full(totals, disk), fault,        totals.messages,     totals.bytes,
        settings_.max_messages, settings_.max_bytes,          std::nullopt, totals.dead_letters, known};
    oldest_ = totals.oldest;
  }
  accepting_.store(fault.empty(), std::memory_order_release);
}

// Where a disk works now and then, or an outbox is filled as fast as it is drained, the log stays readable.
void OutboxHealth::tell(const std::string& fault) {
  if (fault.empty() == told_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  if (!fault.empty() && now < quiet_until_) return;
  if (fault.empty()) {
    logger_.info("The outbox accepts messages again");
  } else {
    logger_.error("The outbox accepts no messages: " + fault);
    quiet_until_ = now + quiet_after_a_line;
  }
  told_ = fault;
}

OutboxStatus OutboxHealth::status(WallTime now) const {
  const std::lock_guard lock(mutex_);
  OutboxStatus status = status_;
  if (oldest_) status.oldest_age = std::chrono::milliseconds(std::max<WallTime>(0, now - oldest_->stored_at));
  return status;
}

}  // namespace bridge
