#include "server/data/database_copy.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "server/data/database.h"

namespace parley {
namespace {

constexpr int kAllPages = -1;

bool IsInOrder(SQLite::Database& database, std::string& error) {
  SQLite::Statement check(database, "PRAGMA integrity_check(1)");
  if (check.executeStep() && check.getColumn(0).getString() == "ok") return true;
  error = "it is damaged: " + check.getColumn(0).getString();
  return false;
}

}  // namespace

bool CopyDatabase(const std::filesystem::path& source, const std::filesystem::path& copy,
                  std::string& error) {
  if (!MakeForOwner(copy, O_EXCL, error)) return false;
  try {
    SQLite::Database from(source.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
    SQLite::Database to(copy.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
    SQLite::Backup backup(to, from);
    // In one step: of one moment, and writers never make it begin again.
    if (backup.executeStep(kAllPages) != SQLITE_DONE) {
      error = "another program holds it";
      return false;
    }
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return false;
  }
  try {
    SQLite::Database made(copy.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
    made.exec("PRAGMA journal_mode = DELETE");  // one file, whose bytes stay the same
    return IsInOrder(made, error);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return false;
  }
}

bool CheckDatabase(const std::filesystem::path& file, std::string& error) {
  try {
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY, kBusyMilliseconds);
    return IsInOrder(database, error);
  } catch (const SQLite::Exception& wrong) {
    error = Explain(wrong);
    return false;
  }
}

}  // namespace parley
