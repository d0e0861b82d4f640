#pragma once

#include <string>
#include <unordered_set>

#include "tables.h"

namespace bridge {

// Reads stored messages without their payloads, for people. SQLite does not read the pages of the payloads
// then, so the checksum of a row cannot be verified: a damaged row is shown as it is; a fetch finds the
// damage. Each call looks at a bounded number of rows, since appends wait for the same thread.

/// The rows of Tables::heads_behind(), at most `limit` of them, without those that have expired.
ShownEntries show_messages(Statement& heads, std::size_t limit, WallTime now,
                           const std::unordered_set<Sequence>& hidden);

/// One step of a search for an id. @param looked_up_to the last row that was looked at.
/// @return empty if there are more rows to look at.
std::optional<Outbox::Found> find_message(Statement& heads, const std::string& id, Sequence& looked_up_to,
                                          const std::unordered_set<Sequence>& hidden);

}  // namespace bridge
