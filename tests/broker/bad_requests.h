#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/http_client.h"

namespace bridge::test {

/// A word that stands in payloads of bad requests, and must not come back in any answer.
inline const std::string private_word = "pr1vate-w0rd";

/// A request that must be refused, and the refusal.
struct BadRequest {
  std::string why;
  std::string content;
  int status;
  std::optional<int> code;  // empty: any
  std::string detail_part;  // the field's name
  std::string method = "POST";
  std::string target = "/publish";
  HttpFields fields = {};
};

std::vector<BadRequest> bad_json();
std::vector<BadRequest> bad_fields();
std::vector<BadRequest> bad_topics();
std::vector<BadRequest> bad_forms();
std::vector<BadRequest> bad_paths();
std::vector<BadRequest> bad_routes();

}  // namespace bridge::test
