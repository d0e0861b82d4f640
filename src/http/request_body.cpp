#include "request_body.h"

#include <algorithm>

#include "append_within.h"

namespace bridge {

void RequestBody::begin(const RequestHead& head, std::size_t max_body) {
  framing_ = head.body;
  coding_ = head.coding;
  may_be_empty_ = !head.has_length || head.method == "DELETE";
  max_body_ = max_body;
  length_ = static_cast<std::size_t>(head.content_length);
  arrived_ = 0;
  chunked_ = ChunkedDecoder(max_body);
  inflater_.reset();
}

bool RequestBody::take(std::string_view& bytes, std::string& content) {
  if (framing_ == RequestHead::Body::none) return finish_coding_if(true);
  if (framing_ == RequestHead::Body::length) return finish_coding_if(take_by_length(bytes, content));
  if (coding_ == ContentCoding::identity) return chunked_.take(bytes, content);
  std::string coded;
  const bool complete = chunked_.take(bytes, coded);
  decode(coded, content);
  return finish_coding_if(complete);
}

bool RequestBody::take_by_length(std::string_view& bytes, std::string& content) {
  const std::string_view taken = bytes.substr(0, length_ - arrived_);
  if (coding_ == ContentCoding::identity)
    append_within(content, taken, length_);
  else
    decode(taken, content);
  arrived_ += taken.size();
  bytes.remove_prefix(taken.size());
  return arrived_ == length_;
}

void RequestBody::decode(std::string_view coded, std::string& content) {
  if (coded.empty()) return;
  if (!inflater_) inflater_ = std::make_unique<Inflater>(coding_, max_body_);
  inflater_->take(coded, content);
}

/// Refuses a body of no bytes that is said to be coded: it comes from a compressor that failed, and as an
/// empty payload it would clear the retained message.
bool RequestBody::finish_coding_if(bool complete) const {
  if (!complete || coding_ == ContentCoding::identity) return complete;
  if (inflater_)
    inflater_->finish();
  else if (!may_be_empty_)
    Inflater(coding_, max_body_).finish();
  return true;
}

std::string RequestBody::progress() const {
  const std::string so_far = std::to_string(arrived());
  if (framing_ == RequestHead::Body::chunked)
    return "the last chunk did not come in time, " + so_far + " bytes of the content so far";
  return so_far + " of " + std::to_string(length_) + " bytes of the content arrived in time";
}

}  // namespace bridge
