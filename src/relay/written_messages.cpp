#include "written_messages.h"

#include "stored_messages.h"
#include "suspects.h"

namespace bridge {

void WrittenMessages::add(Delivery& delivery) {
  delivery.written();
  move_to_back(delivery, state_.sent.written);
}

void WrittenMessages::confirm() {
  if (!state_.link.is_up() || state_.sent.written.empty() || !state_.sent.confirming.empty()) return;
  while (!state_.sent.written.empty()) move_to_back(state_.sent.written.front(), state_.sent.confirming);
  state_.session.confirm_written([this, connection = connection_](bool arrived) {
    if (!arrived || connection != connection_) return;  // a loss is told by itself
    confirmed();
    state_.session.ask_for_turn();
  });
}

void WrittenMessages::confirmed() {
  while (!state_.sent.confirming.empty()) {
    Delivery& delivery = state_.sent.confirming.front();
    suspects_.decided(delivery);
    stored_.forget_stored(delivery.copy.stored_as);
    destroy(delivery);
  }
}

}  // namespace bridge
