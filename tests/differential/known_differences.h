#pragma once

#include <optional>

#include "differential/comparison.h"

namespace bridge::test {

/// A known fault of paho's client, with its reason. Our session must have none of them.
struct KnownDifference {
  Difference::Kind kind;
  const char* reason;
};

/// All concern messages that were under way when a connection ended; others must agree.
inline constexpr KnownDifference known_of_paho[] = {
    {Difference::Kind::changed,
     "paho.mqtt.c 1.3.12: as below, where the payload still tells which message it was"},
    {Difference::Kind::foreign,
     "paho.mqtt.c 1.3.12: some of the messages that it repeats bear another Topic Name, or an empty one"},
    {Difference::Kind::missing,
     "the same: it went to another topic; and if that is empty the broker closes, each time, and the client "
     "never goes on"},
    {Difference::Kind::retained_wrong,
     "the same, of a retained message: its topic keeps the one before, or one that belongs to another topic"},
};

inline std::optional<KnownDifference> known(const Difference& difference) {
  for (const KnownDifference& row : known_of_paho)
    if (row.kind == difference.kind && difference.disturbed) return row;
  return std::nullopt;
}

}  // namespace bridge::test
