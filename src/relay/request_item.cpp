#include "bridge/relay/request_item.h"

#include <charconv>
#include <string>

namespace bridge {
namespace {

constexpr char separator = '\n';  // no key has one

}  // namespace

RequestMark mark_of(const RequestItem& item) {
  return {item.request.key + separator + std::to_string(item.item), item.request.fingerprint};
}

RequestItem item_of(const RequestMark& mark) {
  RequestItem item{mark, 0, 1};
  const std::size_t end = mark.key.find(separator);
  if (end == std::string::npos) return item;
  item.request.key.resize(end);
  std::from_chars(mark.key.data() + end + 1, mark.key.data() + mark.key.size(), item.item);
  item.items = item.item + 1;
  return item;
}

}  // namespace bridge
