#include "bridge/relay/request_item.h"

#include <charconv>
#include <string>

namespace bridge {
namespace {

constexpr char separator = '\n';  // no key has one

}  // namespace

IdempotencyToken token_of(const RequestItem& item) {
  return {item.request.key + separator + std::to_string(item.item), item.request.fingerprint};
}

RequestItem request_item_of(const IdempotencyToken& token) {
  RequestItem item{token, 0, 1};
  const std::size_t end = token.key.find(separator);
  if (end == std::string::npos) return item;
  item.request.key.resize(end);
  std::from_chars(token.key.data() + end + 1, token.key.data() + token.key.size(), item.item);
  item.items = item.item + 1;
  return item;
}

}  // namespace bridge
