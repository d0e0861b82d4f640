#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "bridge/core/logger.h"

namespace bridge {

/// Replaces the damaged `outbox.db` by a new database with all rows that SQLite still reads, and sets the old
/// one aside under a name with the time. SQLite reads the file; only its first page is interpreted here. Logs
/// how many rows were saved, which are damaged, and which messages are missing. Time and memory are bounded
/// by the size of the files. If it is interrupted, the next start goes on.
/// @throws DatabaseError, std::system_error if the disk does not take it: nothing has changed then, or
///   finish_repair() ends it.
void repair(const std::filesystem::path& directory, const std::string& why, Logger& logger);

/// "Messages 3 to 5 are missing", for the log.
std::string are_missing(std::uint64_t first, std::uint64_t last);

/// Completes a repair() that was interrupted, and removes its temporary files.
void finish_repair(const std::filesystem::path& directory);

}  // namespace bridge
