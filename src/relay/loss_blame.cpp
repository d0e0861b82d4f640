#include "loss_blame.h"

#include "bridge/core/reason_code.h"

namespace bridge {

using LossKind = ConnectionLoss::Kind;

bool may_blame_a_message(const ConnectionLoss& loss) {
  if (loss.kind == LossKind::closed) return true;
  if (loss.kind != LossKind::disconnected) return false;
  switch (loss.reason_code) {
    case 137:  // server busy
    case 139:  // server shutting down
    case 141:  // keep alive timeout
    case reason_code::session_taken_over:
    case 147:  // receive maximum exceeded
    case 150:  // message rate too high
    case reason_code::quota_exceeded:
    case 152:  // administrative action
    case 156:  // use another server
    case 157:  // server moved
    case 159:  // connection rate exceeded
    case 160:  // maximum connect time
      return false;
    default:
      return true;
  }
}

bool is_excused(const ConnectionLoss& loss) {
  return loss.kind == LossKind::faulty || (loss.kind == LossKind::disconnected && !may_blame_a_message(loss));
}

bool names_a_message_fault(const ConnectionLoss& loss) {
  if (loss.kind != LossKind::disconnected) return false;
  switch (loss.reason_code) {
    case reason_code::not_authorized:
    case reason_code::topic_name_invalid:
    case reason_code::packet_too_large:
    case reason_code::payload_format_invalid:
    case reason_code::retain_not_supported:
    case reason_code::qos_not_supported:
      return true;
    default:
      return false;
  }
}

int fault_of(const ConnectionLoss& loss) {
  const bool is_said = loss.kind == LossKind::disconnected && loss.reason_code >= reason_code::first_error;
  return is_said ? loss.reason_code : reason_code::implementation_specific_error;
}

}  // namespace bridge
