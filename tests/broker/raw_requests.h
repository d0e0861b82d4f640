#pragma once

#include <string>
#include <vector>

namespace bridge::test {

/// Bytes on the wire, and the answer that the rules of admission demand.
struct RawRequest {
  std::string why;
  std::string bytes;
  int status;
  bool closes = false;  // nothing that follows on the connection is read
};

/// The topic and the content of all messages that these requests publish.
inline const std::string raw_topic = "t";
inline const std::string raw_content = "hello";

/// A good request, and one that looks good but is the content of another, or must not be read.
extern const std::string good_request;
extern const std::string hidden_request;

std::vector<RawRequest> raw_requests_taken();
std::vector<RawRequest> raw_requests_of_odd_length();
std::vector<RawRequest> raw_requests_of_odd_lines();
std::vector<RawRequest> raw_requests_of_odd_fields();
std::vector<RawRequest> raw_requests_of_odd_targets();
std::vector<RawRequest> raw_requests_beyond_limits();
/// All of the above.
std::vector<RawRequest> raw_requests();

/// A request whose content is the hidden one: `head` is its request line and fields without their end.
std::string hiding_in_content(const std::string& head);
/// The same, chunked.
std::string hiding_in_chunk(const std::string& head);

}  // namespace bridge::test
