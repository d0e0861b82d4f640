#pragma once

#include <string_view>

#include "bridge/core/error.h"
#include "response.h"

namespace bridge {

/// A row of the table that maps an Errc to HTTP.
struct Problem {
  int status;
  std::string_view type;   // RFC 9457, 3.1.1
  std::string_view title;  // RFC 9457, 3.1.3
  int code;                // of `code`, unless the broker or the client library gave one
};

Problem problem_of(Errc errc);

/// The `code` of an answer: the broker's or the client library's word, else the table's.
int code_of(const Error& error);

/// The problem document (RFC 9457) for `error`: its detail is the error's sentence.
Response problem_response(const Error& error);

}  // namespace bridge
