#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bridge {

/// SQLite refused a call; what() says why in SQLite's words and the system's.
class DatabaseError : public std::runtime_error {
 public:
  /// @param code extended (sqlite.org/rescode.html).
  DatabaseError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  /// The bytes of the file cannot be what was written. SQLITE_ERROR and SQLITE_CONSTRAINT are not damage: a
  /// mistake in a statement of ours must never set a database aside. A short read is damage: the file ends
  /// within a page that it needs. From 3.45 on SQLite reads long rows past its cache, where 3.40 reads zeros.
  bool is_damage() const {
    return primary() == SQLITE_CORRUPT || primary() == SQLITE_NOTADB || code_ == SQLITE_IOERR_SHORT_READ;
  }
  bool is_full() const { return primary() == SQLITE_FULL; }
  bool is_too_big() const { return primary() == SQLITE_TOOBIG; }
  /// The system did not carry out a call on a file that is open.
  bool is_from_disk() const { return is_full() || (primary() == SQLITE_IOERR && !is_damage()); }
  /// A write was refused. Within COMMIT: the frame that ends the commit is not whole, so SQLite never reads
  /// the commit.
  bool is_refused_write() const {
    return is_full() || code_ == SQLITE_IOERR_WRITE || primary() == SQLITE_READONLY;
  }

 private:
  int primary() const { return code_ & 0xFF; }

  int code_;
};

/// COMMIT itself failed: the changes may be in the file although they are rolled back here.
class CommitError : public DatabaseError {
 public:
  explicit CommitError(const DatabaseError& error) : DatabaseError(error) {}
};

/// One connection, for one thread at a time.
class Database {
 public:
  /// @throws DatabaseError, as all functions here do.
  Database(const std::filesystem::path& file, int flags);

  sqlite3* handle() const { return handle_.get(); }
  void execute(const char* sql);
  std::int64_t integer(const char* sql);
  std::string text(const char* sql);
  /// Frames of the -wal file after the last commit of this connection.
  int wal_frames() const { return *wal_frames_; }
  /// Copies the pages in the -wal file to their places in the database.
  void checkpoint();
  /// If set, closing the connection leaves the -wal file as it is.
  void leave_wal_when_closed(bool leave);

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<int> wal_frames_ = std::make_unique<int>(0);
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. A row of it lives until the next step or reset.
class Statement {
 public:
  Statement(const Database& database, const char* sql);

  /// Text and blobs stay where they are: they must live until the statement has run.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, const std::optional<std::int64_t>& value);
  Statement& bind_text(int parameter, const std::optional<std::string_view>& value);
  Statement& bind_blob(int parameter, const std::optional<std::string_view>& value);
  /// @return true if there is a row; if not, the statement stands at its beginning again.
  bool step();
  /// For statements without rows. @return the number of rows that were changed.
  std::uint64_t run();
  void reset() { sqlite3_reset(handle_.get()); }

  /// Empty if the column has a value of another type.
  std::optional<std::int64_t> integer(int column) const;
  std::optional<std::string_view> bytes(int column) const;
  /// The bytes of all columns together, about.
  std::uint64_t row_bytes() const;

 private:
  void check(int code) const;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// A statement that is read row by row and stands at its beginning again afterwards, also if not read to the
/// end: a read that is left open would keep the -wal file from being used anew.
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(statement) {}
  ~Rows() { statement_.reset(); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  bool next() { return statement_.step(); }

 private:
  Statement& statement_;
};

/// BEGIN IMMEDIATE, and ROLLBACK unless it was committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  /// @throws CommitError
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace bridge
