#pragma once

#include <filesystem>

#include "bridge/core/logger.h"
#include "schema.h"

namespace bridge {

struct Opened {
  Database database;
  bool is_repaired = false;  // rows may be missing that it held before
};

/// Opens `outbox.db` in `directory`. Makes it if it is missing, repairs it if it is damaged or `suspected` to
/// be.
/// @throws NewerSchema, DatabaseError, std::system_error
Opened open_outbox(const std::filesystem::path& directory, Check check, bool suspected, Logger& logger);

}  // namespace bridge
