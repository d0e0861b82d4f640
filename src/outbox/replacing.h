#pragma once

#include <filesystem>
#include <string>

#include "bridge/core/logger.h"

namespace bridge {

/// Sets a damaged database aside, under a name with the time, and puts a new one with all that can be saved
/// in its place. Whenever it is interrupted, the next start goes on. Says what was saved and what was not.
/// @throws DatabaseError, std::system_error if the disk does not take it
void replace_damaged(const std::filesystem::path& directory, const std::string& why, Logger& logger);

/// Ends what replace_damaged() was interrupted at.
void finish_replacing(const std::filesystem::path& directory);

}  // namespace bridge
