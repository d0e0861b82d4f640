// A body with Content-Encoding gzip or deflate, as an enemy writes it. Its last byte says how it is cut into
// reads: at once or in pieces, the same content or the same refusal comes of it, within the limit.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bridge/core/error.h"
#include "inflater.h"

namespace {

constexpr std::size_t max_body = 10000;

void check(bool promise) {
  if (!promise) std::abort();
}

struct Outcome {
  std::string content;
  std::string fault;  // empty: none
  bool operator==(const Outcome&) const = default;
};

Outcome inflate(bridge::ContentCoding coding, std::string_view coded, std::size_t piece) {
  bridge::Inflater inflater(coding, max_body);
  Outcome outcome;
  try {
    for (; !coded.empty(); coded.remove_prefix(std::min(piece, coded.size())))
      inflater.take(coded.substr(0, piece), outcome.content);
    inflater.finish();
  } catch (const bridge::Error& error) {
    outcome.fault = error.what();
  }
  check(outcome.content.size() <= max_body);
  if (!outcome.fault.empty()) outcome.content.clear();  // how far it came is nobody's business
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view coded(reinterpret_cast<const char*>(data), size);
  for (const auto coding : {bridge::ContentCoding::gzip, bridge::ContentCoding::deflate})
    check(inflate(coding, coded, size) == inflate(coding, coded, 1U + data[size - 1] % 16U));
  return 0;
}
