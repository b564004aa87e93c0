#include "server/data/database.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace parley {
namespace {

int PragmaValue(SQLite::Database& database, const std::string& name) {
  return database.execAndGet("PRAGMA " + name).getInt();
}

void SetPragma(SQLite::Database& database, const std::string& name, const std::string& value) {
  database.exec("PRAGMA " + name + " = " + value);
}

// Each step is a transaction: one that is broken off has changed nothing.
bool Migrate(SQLite::Database& database, const DatabaseKind& kind, std::string& error) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const int application = PragmaValue(database, "application_id");
  const int version = PragmaValue(database, "user_version");
  const int newest = static_cast<int>(kind.migrations.size());
  const bool empty = PragmaValue(database, "schema_version") == 0;
  if (!empty && application != kind.application_id) {
    error = "it is a database of another program; move it away";
    return false;
  }
  if (version > newest) {
    error = "it was written by a newer version of Parley; use that version, or another folder";
    return false;
  }
  for (int step = version; step < newest; ++step) {
    database.exec(kind.migrations[static_cast<std::size_t>(step)]);
  }
  SetPragma(database, "application_id", std::to_string(kind.application_id));
  SetPragma(database, "user_version", std::to_string(newest));
  transaction.commit();
  return true;
}

}  // namespace

std::unique_ptr<SQLite::Database> OpenDatabase(const std::filesystem::path& file, const DatabaseKind& kind,
                                               Durability durability, std::string& error) {
  if (!MakeForOwner(file, 0, error)) return nullptr;
  try {
    auto database = std::make_unique<SQLite::Database>(
        file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, kBusyMilliseconds);
    SetPragma(*database, "journal_mode", "WAL");
    SetPragma(*database, "synchronous", durability == Durability::kFull ? "FULL" : "NORMAL");
    SetPragma(*database, "foreign_keys", "ON");
    SetPragma(*database, "secure_delete", "ON");
    if (!Migrate(*database, kind, error)) return nullptr;
    return database;
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return nullptr;
  }
}

bool MakeForOwner(const std::filesystem::path& file, int flags, std::string& error) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | flags, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    error = std::strerror(errno);
    return false;
  }
  ::close(descriptor);
  return true;
}

std::string Explain(const SQLite::Exception& error) {
  switch (error.getErrorCode()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "it is damaged; restore a copy, or move it away to begin anew";
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "it can't be written";
    case SQLITE_BUSY:
      return "another program holds it";
    default:
      return error.what();
  }
}

}  // namespace parley
