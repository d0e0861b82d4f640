// What clients put into content and queries.
#include "client_cases.h"

namespace bridge::test {

std::vector<ClientCase> content_cases() {
  return {
      {.who = "curl -d with its default type",
       .wire = request_bytes("POST /publish", R"({"topic":"t","msg":"m","qos":1})",
                             "Content-Type: application/x-www-form-urlencoded\r\n"),
       .status = 200,
       .words = {R"({"code":0})"},
       .arrival = Arrival{"t", "m", 1}},
  };
}

}  // namespace bridge::test
