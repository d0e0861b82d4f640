#include "client_cases.h"

namespace bridge::test {

std::string request_bytes(const std::string& request_line, const std::string& content,
                          const std::string& field_lines) {
  return request_line + " HTTP/1.1\r\nHost: {host}\r\n" + field_lines +
         "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
}

}  // namespace bridge::test
