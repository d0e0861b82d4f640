#include "refusal.h"

#include "cross_origin.h"
#include "problem.h"

namespace bridge {

Response refusal_of(const Error& error, std::string_view head_so_far, const OriginRules& rules) {
  Response response = problem_response(error);
  if (error.errc() == Errc::unsupported_encoding)  // RFC 9110, 15.5.16
    response.fields.emplace_back("Accept-Encoding", "gzip, deflate");
  const auto origin = origin_in(head_so_far);
  if (origin && rules.is_allowed_page(*origin)) add_cross_origin_fields(*origin, response);
  return response;
}

bool is_replaceable(const Response& response, const RequestHead& head) {
  return head.method == "GET" || head.method == "HEAD" || response.status / 100 == 4;
}

Error out_of_memory() {
  return {Errc::queue_full, "the server is out of request memory (http.max_arriving); retry"};
}

}  // namespace bridge
