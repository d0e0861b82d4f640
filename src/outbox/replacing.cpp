#include "replacing.h"

#include <fcntl.h>

#include <algorithm>
#include <ctime>

#include "loss_report.h"
#include "salvage.h"
#include "schema.h"
#include "tables.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

std::string time_in_a_name() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &utc)};
}

fs::path name_aside(const fs::path& directory) {
  const fs::path name = directory / ("outbox.db.damaged-" + time_in_a_name());
  fs::path free = name;
  const auto is_taken = [&] { return fs::exists(free) || fs::exists(free.string() + "-wal"); };
  for (int i = 2; is_taken(); ++i) free = name.string() + "." + std::to_string(i);
  return free;
}

/// @return the name of what was set aside.
fs::path swap_in(const fs::path& directory) {
  const fs::path aside = name_aside(directory);
  const fs::path wal = directory / "outbox.db-wal";
  if (fs::exists(wal)) fs::rename(wal, aside.string() + "-wal");
  if (fs::exists(directory / "outbox.db")) fs::rename(directory / "outbox.db", aside);
  flush_directory(directory);
  fs::rename(directory / "outbox.db.salvaged", directory / "outbox.db");
  flush_directory(directory);
  return aside;
}

void fill(Database& database, Salvage& salvage) {
  Transaction transaction(database);
  Tables tables(database);
  for (const Salvage::Found& found : salvage.records())
    if (const auto record = salvage.read(found)) tables.insert(*record);
  for (const StoredAnswer& answer : salvage.answers()) tables.insert(answer);
  std::vector<SubscriptionChange> changes;
  for (const StoredChange& change : salvage.changes()) changes.push_back(change.change);
  tables.replace_subscriptions(changes);
  tables.write({StoredNumber::last_sequence, static_cast<std::int64_t>(salvage.last_sequence())});
  transaction.commit();
}

}  // namespace

void replace_damaged(const fs::path& directory, const std::string& why, Logger& logger) {
  const FileAccess database(directory / "outbox.db", O_RDONLY);
  const FileAccess wal(directory / "outbox.db-wal", O_RDONLY);
  const PageImage image(database, wal, read_wal(wal));
  Salvage salvage(image, image.places());

  const fs::path fresh = directory / "outbox.db.new";
  fs::remove(fresh);
  Database made = make_database(fresh);
  fill(made, salvage);
  finish_database(std::move(made), fresh);
  fs::rename(fresh, directory / "outbox.db.salvaged");
  flush_directory(directory);
  const fs::path aside = swap_in(directory);
  logger.error("The outbox was damaged (" + why + ") and is set aside as " + aside.string());
  report_losses(salvage, logger);
}

void finish_replacing(const fs::path& directory) {
  if (fs::exists(directory / "outbox.db.salvaged")) swap_in(directory);
}

}  // namespace bridge
