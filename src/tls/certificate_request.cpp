#include "certificate_request.h"

namespace bridge {
namespace {

/// The index of our mark in the data that OpenSSL keeps for its users with each session.
int mark_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

int note_certificate_request(SSL* session, void*) {
  static char requested = 0;  // its address is the mark
  SSL_set_ex_data(session, mark_index(), &requested);
  return 1;
}

bool certificate_was_requested(const SSL& session) {
  return SSL_get_ex_data(&session, mark_index()) != nullptr;
}

}  // namespace bridge
