// What clients make of HTTP itself.
#include "client_cases.h"

namespace bridge::test {

std::vector<ClientCase> wire_cases() {
  return {
      {.who = "two Content-Length fields",
       .wire = "POST /topics/t HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nm",
       .status = 400,
       .words = {"Content-Length"},
       .closes = true},
  };
}

}  // namespace bridge::test
