#include "replacing.h"

#include <fcntl.h>

#include <algorithm>
#include <ctime>
#include <set>
#include <string_view>
#include <tuple>

#include "loss_report.h"
#include "salvage.h"
#include "schema.h"
#include "tables.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view damaged_prefix = "outbox.db.damaged-";
constexpr std::string_view wal_suffix = "-wal";
constexpr std::size_t length_with_time = damaged_prefix.size() + std::string_view("20260102T030405Z").size();
constexpr std::size_t kept_copies = 3;

std::string time_in_a_name() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &utc)};
}

fs::path name_aside(const fs::path& directory) {
  const fs::path name = directory / (std::string(damaged_prefix) + time_in_a_name());
  fs::path free = name;
  const auto is_taken = [&] { return fs::exists(free) || fs::exists(free.string() + "-wal"); };
  for (int i = 2; is_taken(); ++i) free = name.string() + "." + std::to_string(i);
  return free;
}

/// Older ones first: by their times, then in the order of their numbers.
bool is_older(const std::string& a, const std::string& b) {
  const std::string_view time_of_a = std::string_view(a).substr(0, length_with_time);
  const std::string_view time_of_b = std::string_view(b).substr(0, length_with_time);
  return std::tuple(time_of_a, a.size(), std::string_view(a)) <
         std::tuple(time_of_b, b.size(), std::string_view(b));
}

/// Not what a person has named after one.
bool is_name_aside(std::string_view name) {
  if (!name.starts_with(damaged_prefix) || name.size() < length_with_time) return false;
  const std::string_view number = name.substr(length_with_time);
  return number.empty() ||
         (number.starts_with('.') && number.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

/// They are for a person to look at, who may never come, and are as large as the outbox was.
void remove_old_copies(const fs::path& directory, const fs::path& newest) {
  std::set<std::string, decltype(&is_older)> copies(&is_older);
  std::error_code error;
  for (fs::directory_iterator file(directory, error); !error && file != fs::end(file);
       file.increment(error)) {
    std::string name = file->path().filename().string();
    if (name.ends_with(wal_suffix)) name.resize(name.size() - wal_suffix.size());
    if (is_name_aside(name) && name != newest.filename()) copies.insert(name);
  }
  for (; copies.size() + 1 > kept_copies; copies.erase(copies.begin())) {
    fs::remove(directory / *copies.begin(), error);
    fs::remove(directory / (*copies.begin() + std::string(wal_suffix)), error);
  }
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
  remove_old_copies(directory, aside);
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
  if (salvage.clock_shift() != 0) tables.write({StoredNumber::clock_shift, salvage.clock_shift()});
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
