#include "server/data/scrub.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "server/data/database.h"

namespace parley {
namespace {

// Pages that are read at once.
constexpr std::size_t kPagesAtOnce = 64;

using Page = std::span<unsigned char>;

std::size_t NumberAt(Page page, std::size_t at) {
  return static_cast<std::size_t>(page[at]) << 8U | page[at + 1];
}

// The unused middle of the page, between the pointers to its cells and the cells (the file format of SQLite,
// section 1.6). Empty for a page that is not of a b-tree: the first byte of an overflow or free page is the
// highest one of a page number, which is 0 in a database under 64 GB.
Page UnusedOf(Page page, std::size_t header) {
  const unsigned char kind = page[header];
  const bool leaf = kind == 10 || kind == 13;
  if (!leaf && kind != 2 && kind != 5) return {};
  const std::size_t begin = header + (leaf ? 8 : 12) + 2 * NumberAt(page, header + 3);
  const std::size_t end = NumberAt(page, header + 5);
  if (begin > end || end > page.size()) return {};
  return page.subspan(begin, end - begin);
}

void Check(SQLite::Database& database, int result) {
  if (result != SQLITE_OK) throw SQLite::Exception(database.getHandle(), result);
}

// SQLite's own handle of the file: to open and close it a second time would end SQLite's locks on it.
sqlite3_file& FileOf(SQLite::Database& database) {
  sqlite3_file* file = nullptr;
  Check(database, sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file));
  return *file;
}

void ZeroUnused(SQLite::Database& database, std::size_t page_size, std::size_t pages) {
  sqlite3_file& file = FileOf(database);
  std::vector<unsigned char> bytes(page_size * kPagesAtOnce);
  for (std::size_t first = 0; first < pages; first += kPagesAtOnce) {
    const std::size_t count = std::min(kPagesAtOnce, pages - first);
    const auto start = static_cast<sqlite3_int64>(first) * static_cast<sqlite3_int64>(page_size);
    Check(database, file.pMethods->xRead(&file, bytes.data(), static_cast<int>(count * page_size), start));
    for (std::size_t i = 0; i < count; ++i) {
      const Page page(bytes.data() + i * page_size, page_size);
      const Page unused = UnusedOf(page, first + i == 0 ? 100 : 0);
      if (std::ranges::all_of(unused, [](unsigned char byte) { return byte == 0; })) continue;
      std::ranges::fill(unused, std::uint8_t{0});
      Check(database, file.pMethods->xWrite(&file, unused.data(), static_cast<int>(unused.size()),
                                            start + (unused.data() - bytes.data())));
    }
  }
  Check(database, file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL));
}

bool EmptyLog(SQLite::Database& database) {
  SQLite::Statement checkpoint(database, "PRAGMA wal_checkpoint(TRUNCATE)");
  return checkpoint.executeStep() && checkpoint.getColumn(0).getInt() == 0;
}

}  // namespace

bool Scrub(SQLite::Database& database) {
  struct NoWaiting {
    explicit NoWaiting(SQLite::Database& of) : database(of) { database.setBusyTimeout(0); }
    ~NoWaiting() { sqlite3_busy_timeout(database.getHandle(), kBusyMilliseconds); }
    SQLite::Database& database;
  };
  const NoWaiting no_waiting(database);
  if (!EmptyLog(database)) return false;
  const auto page_size = static_cast<std::size_t>(database.execAndGet("PRAGMA page_size").getInt());
  // Pages in memory are as they were: they must be read again before they are changed.
  sqlite3_db_release_memory(database.getHandle());
  try {
    const SQLite::Transaction nobody_writes(database, SQLite::TransactionBehavior::IMMEDIATE);
    const auto pages = static_cast<std::size_t>(database.execAndGet("PRAGMA page_count").getInt());
    ZeroUnused(database, page_size, pages);
  } catch (const SQLite::Exception& wrong) {
    if (wrong.getErrorCode() == SQLITE_BUSY) return false;
    throw;
  }
  return true;
}

}  // namespace parley
