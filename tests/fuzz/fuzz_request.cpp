// Bytes from the wire: find the head, parse it, take a chunked body off. What is taken must keep its
// promises.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bridge/core/error.h"
#include "chunked.h"
#include "request_head.h"

namespace {

void check(bool promise) {
  if (!promise) std::abort();
}

void check_head(const bridge::RequestHead& head, const bridge::HttpSettings& settings) {
  check(head.target.size() <= settings.max_target);
  check(head.target.starts_with('/') || head.target == "*");
  check(head.fields.size() <= settings.max_fields);
  check(head.content_length <= settings.max_body);
  for (const bridge::FieldView& field : head.fields)
    check(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
}

/// The same content and the same rest, whether the bytes come at once or one by one.
void check_chunked(std::string_view bytes) {
  std::string at_once;
  std::string_view rest = bytes;
  bridge::ChunkedDecoder whole(1000);
  const bool complete = whole.take(rest, at_once);

  std::string one_by_one;
  std::string buffer;
  bridge::ChunkedDecoder split(1000);
  bool split_complete = false;
  std::size_t fed = 0;
  while (!split_complete && fed < bytes.size()) {
    buffer += bytes[fed++];
    std::string_view left = buffer;
    split_complete = split.take(left, one_by_one);
    buffer = std::string(left);
  }
  check(complete == split_complete && at_once == one_by_one);
  if (complete) check(rest.size() == bytes.size() - fed + buffer.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const bridge::HttpSettings settings;
  try {
    std::size_t scanned = 0;
    const std::size_t length = bridge::find_head_end(bytes, scanned, settings.max_head);
    if (length == 0) return 0;
    const bridge::RequestHead head = bridge::parse_request_head(bytes.substr(0, length), settings);
    check_head(head, settings);
    if (head.body == bridge::RequestHead::Body::chunked)
      check_chunked(std::string_view(bytes).substr(length));
  } catch (const bridge::Error&) {
    return 0;
  }
  return 0;
}
