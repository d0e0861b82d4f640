#include "operations.h"

#include <algorithm>
#include <utility>

namespace bridge::mqtt {

Operations::Number Operations::add(Operation operation) {
  const std::lock_guard lock(mutex_);
  under_way_.emplace(++last_, std::move(operation));
  return last_;
}

std::optional<Operation> Operations::take(Number number) {
  const std::lock_guard lock(mutex_);
  const auto node = under_way_.extract(number);
  if (node.empty()) return {};
  return std::move(node.mapped());
}

std::vector<Operation> Operations::take_if(const std::function<bool(const Operation&)>& wanted) {
  std::vector<Operation> taken;
  const std::lock_guard lock(mutex_);
  for (auto it = under_way_.begin(); it != under_way_.end();) {
    if (wanted(it->second)) {
      taken.push_back(std::move(it->second));
      it = under_way_.erase(it);
    } else {
      ++it;
    }
  }
  return taken;
}

bool Operations::any_of(const std::function<bool(const Operation&)>& wanted) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(under_way_.begin(), under_way_.end(),
                     [&](const auto& each) { return wanted(each.second); });
}

Operations& Operations::of_process() {
  static auto* const operations = new Operations;  // never destroyed: the library's threads never end
  return *operations;
}

}  // namespace bridge::mqtt
