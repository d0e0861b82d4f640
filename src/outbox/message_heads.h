#pragma once

#include <string>
#include <unordered_set>

#include "tables.h"

namespace bridge {

// What is read of stored messages without their payloads, for people. SQLite does not touch the pages of the
// payloads then, so a checksum cannot be held against the row: a damaged one is shown as it is, and found out
// when it is fetched. Each looks at a bounded number of rows: messages wait for the same thread.

/// The rows of Tables::heads_behind(), at most `limit` of them, without those that have expired.
ShownEntries show_messages(Statement& heads, std::size_t limit, WallTime now,
                           const std::unordered_set<Sequence>& hidden);

/// A step of a search through them. @param looked_up_to the last one that was looked at.
/// @return empty if there are more.
std::optional<Outbox::Found> find_message(Statement& heads, const std::string& id, Sequence& looked_up_to,
                                          const std::unordered_set<Sequence>& hidden);

}  // namespace bridge
