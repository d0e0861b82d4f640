#include "message_record.h"

#include <algorithm>

namespace bridge::test {
namespace {

using std::chrono::duration;

/// Only a crash may repeat a message, under the same id and on another connection.
bool is_repeat_at_any_qos(const Sending& one, const Sending& other) {
  const bool stored_twice =
      !one.stored_id.empty() && !other.stored_id.empty() && one.stored_id != other.stored_id;
  return one.connection == other.connection || stored_twice;
}

/// The most seconds of its time that may be left: it was accepted no later than it was answered.
double most_left(const MessageRecord& record, const Sending& sending, Clock::duration stall) {
  const duration<double> passed = sending.at - record.answered_at - stall;
  return duration<double>(*record.expiry).count() - std::max(0.0, passed.count());
}

/// The fewest: it was accepted no earlier than it was posted.
double least_left(const MessageRecord& record, const Sending& sending) {
  const duration<double> passed = sending.at - record.posted_at;
  return duration<double>(*record.expiry).count() - passed.count();
}

}  // namespace

bool MessageRecord::is_repeated() const {
  const bool only_confirmed = acked && !stored && !unsure;
  for (std::size_t later = 1; later < sendings.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const Sending& one = sendings[earlier];
      const Sending& other = sendings[later];
      if (is_repeat_at_any_qos(one, other)) return true;
      if (qos == 2 && one.session == other.session) return true;
      if (qos == 2 && only_confirmed && other.session_is_told) return true;
    }
  }
  return false;
}

bool MessageRecord::has_expired_at_broker() const {
  return std::any_of(sendings.begin(), sendings.end(), [&](const Sending& sending) {
    return sending.expiry && confirmed_at - sending.at >= std::chrono::seconds(*sending.expiry);
  });
}

bool MessageRecord::is_late(Clock::duration stall) const {
  return expiry && std::any_of(sendings.begin(), sendings.end(), [&](const Sending& sending) {
           return sending.at > answered_at && most_left(*this, sending, stall) <= 0;
         });
}

/// The time left is sent in whole seconds, rounded up.
bool MessageRecord::has_wrong_expiry(Clock::duration stall) const {
  return expiry && std::any_of(sendings.begin(), sendings.end(), [&](const Sending& sending) {
           if (!sending.has_properties) return false;
           if (!sending.expiry) return true;
           const double told = *sending.expiry;
           return told < least_left(*this, sending) || told > most_left(*this, sending, stall) + 1;
         });
}

}  // namespace bridge::test
