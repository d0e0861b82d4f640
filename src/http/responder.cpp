#include "responder.h"

#include "bridge/core/error.h"
#include "problem.h"

namespace bridge {

Responder::State::~State() {
  if (completed_) return;
  try {
    sink_(problem_response(Error(Errc::internal, "the request could not be carried out")));
  } catch (...) {  // no memory even for the 500: the connection's own deadline closes it
    return;
  }
}

}  // namespace bridge
