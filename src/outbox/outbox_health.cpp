#include "outbox_health.h"

#include <system_error>

#include "schema.h"

namespace bridge {
namespace {

constexpr std::chrono::minutes quiet_after_a_line{1};

/// @return the words of the system or of SQLite, which HTTP clients may see: our own may name a path.
std::string without_paths(const std::exception& error) {
  if (const auto* from_system = dynamic_cast<const std::system_error*>(&error))
    return from_system->code().message();
  const bool names_no_file = dynamic_cast<const DatabaseError*>(&error) != nullptr ||
                             dynamic_cast<const NewerSchema*>(&error) != nullptr;
  return names_no_file ? error.what() : "the log says why";
}

constexpr std::uint64_t nine_tenths(std::uint64_t limit) { return limit - limit / 10; }

}  // namespace

void OutboxHealth::failing(Failure failure, const std::exception& why) {
  const std::string what =
      failure == Failure::to_open ? "state_dir cannot be opened: " : "the disk does not take it: ";
  failure_ = {what + why.what(), what + without_paths(why)};
}

std::string OutboxHealth::limit_reached(const Totals& totals, std::optional<std::int64_t> disk) const {
  if (totals.messages >= settings_.max_messages) return "outbox.max_messages is reached";
  if (totals.bytes >= settings_.max_bytes) return "outbox.max_bytes is reached";
  if (!disk) return "how much room is left on the disk cannot be told";
  if (*disk <= 0) return "the disk has no more than outbox.min_free left";
  return {};
}

bool OutboxHealth::is_nearly_full(const Totals& totals, std::optional<std::int64_t> disk) const {
  return totals.messages >= nine_tenths(settings_.max_messages) ||
         totals.bytes >= nine_tenths(settings_.max_bytes) ||
         (disk && *disk <= static_cast<std::int64_t>(settings_.min_free / 10));
}

void OutboxHealth::publish(const Totals& totals, std::optional<std::int64_t> disk, bool known) {
  const std::string limit = is_failing() ? std::string() : limit_reached(totals, disk);
  const Fault fault = is_failing() ? failure_ : Fault{limit, limit};
  tell(fault.for_the_log);  // first, so that a reader of the status finds the line
  const bool accepting = fault.for_the_log.empty();
  {
    const MutexLock lock(mutex_);
    status_.accepting = accepting;
    status_.nearly_full = is_nearly_full(totals, disk);
    status_.fault = fault.for_the_log;
    status_.reason = fault.for_callers;
    status_.messages = totals.messages;
    status_.bytes = totals.bytes;
    status_.max_messages = settings_.max_messages;
    status_.max_bytes = settings_.max_bytes;
    status_.dead_letters = totals.dead_letters;
    status_.is_known = known;
    oldest_ = totals.oldest;
  }
  accepting_.store(accepting, std::memory_order_release);
}

/// Limits the lines: a disk that works now and then, or an outbox that is full now and then, must not fill
/// the log.
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
  const MutexLock lock(mutex_);
  OutboxStatus status = status_;
  if (oldest_) status.oldest_age = std::chrono::milliseconds(std::max<WallTime>(0, now - oldest_->stored_at));
  return status;
}

}  // namespace bridge
