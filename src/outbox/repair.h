#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "bridge/core/logger.h"

namespace bridge {

/// Puts a new database with all that SQLite still reads in the place of the damaged `outbox.db`, which it
/// sets aside under a name with the time; nothing but the first page of a database is known here, all else is
/// SQLite's. Logs what was saved, which rows are damaged, and which messages are missing. Time and memory are
/// bounded by the size of the files. Whenever it is interrupted, the next start goes on.
/// @throws DatabaseError, std::system_error if the disk does not take it: nothing has changed then, or
///   finish_repair() ends it.
void repair(const std::filesystem::path& directory, const std::string& why, Logger& logger);

/// "Messages 3 to 5 are missing", for the log.
std::string are_missing(std::uint64_t first, std::uint64_t last);

/// Ends what repair() was interrupted at, and removes what it has left lying about.
void finish_repair(const std::filesystem::path& directory);

}  // namespace bridge
