#include "accept.h"

#include <algorithm>

#include "characters.h"

namespace bridge {
namespace {

constexpr int best = 1000;

/// Takes the text before `end` off the front of `rest`, and `end` with it; all of it if there is no `end`.
std::string_view take(std::string_view& rest, char end) {
  const std::size_t at = std::min(rest.find(end), rest.size());
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trim(taken);
}

/// Reads `0.75` as 750 (RFC 9110, 12.4.2). A text that is no weight counts as 1.
int quality(std::string_view text) {
  if (!text.starts_with('0')) return best;
  int thousandths = 0;
  int unit = best / 10;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (!is_digit(c)) break;
    thousandths += (c - '0') * unit;
    unit /= 10;
  }
  return thousandths;
}

/// How closely a media range names `type`: 0 if it does not.
int closeness(std::string_view range, std::string_view type) {
  if (equals_ignoring_case(range, type)) return 3;
  if (range == "*/*") return 1;
  const std::string_view family = type.substr(0, type.find('/') + 1);
  return range.ends_with("/*") && equals_ignoring_case(range.substr(0, range.size() - 1), family) ? 2 : 0;
}

}  // namespace

int quality_of(const RequestHead& head, std::string_view type) {
  bool any = false;
  int closest = 0;
  int wanted = 0;
  for (const FieldView& field : head.fields) {
    if (!equals_ignoring_case(field.name, "Accept")) continue;
    any = true;
    for (std::string_view members = field.value; !members.empty();) {
      std::string_view parameters = take(members, ',');
      const int close = closeness(take(parameters, ';'), type);
      if (close == 0 || close < closest) continue;
      closest = close;
      wanted = best;
      while (!parameters.empty()) {
        std::string_view parameter = take(parameters, ';');
        if (equals_ignoring_case(take(parameter, '='), "q")) wanted = quality(trim(parameter));
      }
    }
  }
  return any ? wanted : best;
}

}  // namespace bridge
