#include "written_messages.h"

#include "stored_messages.h"
#include "suspects.h"

namespace bridge {

void WrittenMessages::add(Delivery& delivery) {
  delivery.written();
  move_to_back(delivery, state_.written);
}

void WrittenMessages::confirm() {
  if (!state_.link.is_up() || state_.written.empty() || !state_.confirming.empty()) return;
  while (!state_.written.empty()) move_to_back(state_.written.front(), state_.confirming);
  state_.session.confirm_written([this, connection = connection_](bool arrived) {
    if (!arrived || connection != connection_) return;  // a loss is told by itself
    confirmed();
    state_.session.ask_for_turn();
  });
}

void WrittenMessages::confirmed() {
  while (!state_.confirming.empty()) {
    Delivery& delivery = state_.confirming.front();
    suspects_.decided(delivery);
    stored_.forget_stored(delivery.stored_as);
    destroy(delivery);
  }
}

}  // namespace bridge
