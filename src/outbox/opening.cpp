#include "opening.h"

#include "file_access.h"

namespace bridge {

Opened open_outbox(const std::filesystem::path& directory, Check check, bool /*suspected*/,
                   Logger& /*logger*/) {
  const std::filesystem::path file = directory / "outbox.db";
  if (!std::filesystem::exists(file)) {
    const std::filesystem::path fresh = directory / "outbox.db.new";
    std::filesystem::remove(fresh);
    finish_database(make_database(fresh), fresh);
    std::filesystem::rename(fresh, file);
    flush_directory(directory);
  }
  Opened opened{open_database(file), false};
  check_database(opened.database, file, check);
  return opened;
}

}  // namespace bridge
