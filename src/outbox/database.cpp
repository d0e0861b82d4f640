#include "database.h"

#include <cstring>

namespace bridge {
namespace {

[[noreturn]] void raise(sqlite3* handle, int code) {
  std::string what = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  const int system = handle == nullptr ? 0 : sqlite3_system_errno(handle);
  const int primary = code & 0xFF;
  const bool from_system = primary == SQLITE_IOERR || primary == SQLITE_FULL || primary == SQLITE_CANTOPEN;
  if (from_system && system != 0) what += " (" + std::string(std::strerror(system)) + ")";
  throw DatabaseError(code, what);
}

int count_frames(void* frames, sqlite3* /*handle*/, const char* /*name*/, int count) {
  *static_cast<int*>(frames) = count;
  return SQLITE_OK;
}

sqlite3* open(const std::filesystem::path& file, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) return handle;
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> closed(handle, sqlite3_close);
  raise(handle, code);
}

}  // namespace

Database::Database(const std::filesystem::path& file, int flags) : handle_(open(file, flags)) {
  sqlite3_extended_result_codes(handle(), 1);
  sqlite3_wal_hook(handle(), count_frames, wal_frames_.get());  // in place of checkpoints within a commit
}

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(handle(), code);
}

std::int64_t Database::integer(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0).value_or(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(*this, sql);
  return std::string(statement.step() ? statement.bytes(0).value_or("") : "");
}

void Database::checkpoint() {
  const int code = sqlite3_wal_checkpoint_v2(handle(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  if (code != SQLITE_OK) raise(handle(), code);
}

void Database::leave_wal_when_closed(bool leave) {
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave ? 1 : 0, nullptr);
}

Statement::Statement(const Database& database, const char* sql) {
  sqlite3_stmt* handle = nullptr;
  const int code =
      sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) raise(database.handle(), code);
  handle_.reset(handle);
}

void Statement::check(int code) const {
  if (code == SQLITE_OK) return;
  sqlite3_reset(handle_.get());
  raise(sqlite3_db_handle(handle_.get()), code);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, const std::optional<std::int64_t>& value) {
  if (value) return bind(parameter, *value);
  check(sqlite3_bind_null(handle_.get(), parameter));
  return *this;
}

/// A null pointer would be NULL instead of empty.
Statement& Statement::bind_text(int parameter, const std::optional<std::string_view>& value) {
  if (!value) return bind(parameter, std::nullopt);
  const char* data = value->empty() ? "" : value->data();
  check(sqlite3_bind_text64(handle_.get(), parameter, data, value->size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(int parameter, const std::optional<std::string_view>& value) {
  if (!value) return bind(parameter, std::nullopt);
  const char* data = value->empty() ? "" : value->data();
  check(sqlite3_bind_blob64(handle_.get(), parameter, data, value->size(), SQLITE_STATIC));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle_.get());
    return false;
  }
  check(code);
  return false;
}

std::uint64_t Statement::run() {
  while (step()) {
  }
  return static_cast<std::uint64_t>(sqlite3_changes64(sqlite3_db_handle(handle_.get())));
}

std::optional<std::int64_t> Statement::integer(int column) const {
  if (sqlite3_column_type(handle_.get(), column) != SQLITE_INTEGER) return std::nullopt;
  return sqlite3_column_int64(handle_.get(), column);
}

std::optional<std::string_view> Statement::bytes(int column) const {
  const int type = sqlite3_column_type(handle_.get(), column);
  if (type != SQLITE_TEXT && type != SQLITE_BLOB) return std::nullopt;
  const void* data = sqlite3_column_blob(handle_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  if (size == 0) return std::string_view();
  if (data == nullptr) raise(sqlite3_db_handle(handle_.get()), SQLITE_NOMEM);
  return std::string_view(static_cast<const char*>(data), size);
}

std::uint64_t Statement::row_bytes() const {
  std::uint64_t sum = 0;
  for (int column = sqlite3_column_count(handle_.get()); column-- > 0;)
    sum += 8 + bytes(column).value_or("").size();
  return sum;
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  try {
    database_.execute("COMMIT");
  } catch (const DatabaseError& error) {
    throw CommitError(error);
  }
  open_ = false;
}

}  // namespace bridge
