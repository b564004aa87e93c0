#include "server/data/scrub.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "server/data/database.h"

namespace parley {
namespace {

// Pages that are read at once.
constexpr std::size_t kPagesAtOnce = 64;

// The write-ahead log: a header, then pages, each after a header that begins with its number (the file format
// of SQLite, section 4.1).
constexpr std::size_t kLogHeader = 32;
constexpr std::size_t kFrameHeader = 24;

// Pages in the log after which SQLite empties it by itself; its default.
constexpr int kPagesInLog = 1000;

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
sqlite3_file& FileOf(SQLite::Database& database, int which) {
  sqlite3_file* file = nullptr;
  Check(database, sqlite3_file_control(database.getHandle(), "main", which, &file));
  return *file;
}

// Does not wait for a program that holds the database.
class NoWaiting {
 public:
  explicit NoWaiting(SQLite::Database& database) : database_(database) { database_.setBusyTimeout(0); }
  ~NoWaiting() { sqlite3_busy_timeout(database_.getHandle(), kBusyMilliseconds); }
  NoWaiting(const NoWaiting&) = delete;
  NoWaiting& operator=(const NoWaiting&) = delete;

 private:
  SQLite::Database& database_;
};

}  // namespace

// The log must not be emptied between two steps: it tells which pages were written.
Scrubber::Scrubber(SQLite::Database& database)
    : database_(database),
      page_size_(static_cast<std::size_t>(database.execAndGet("PRAGMA page_size").getInt())) {
  sqlite3_wal_autocheckpoint(database_.getHandle(), 0);
}

Scrubber::~Scrubber() {
  sqlite3_wal_autocheckpoint(database_.getHandle(), kPagesInLog);
}

Scrubber::Progress Scrubber::Step(std::size_t pages) {
  const NoWaiting no_waiting(database_);
  ReadLog();
  if (!EmptyLog()) return Progress::kBusy;
  // Pages in memory are as they were: they must be read again before they are changed.
  sqlite3_db_release_memory(database_.getHandle());
  try {
    const SQLite::Transaction nobody_writes(database_, SQLite::TransactionBehavior::IMMEDIATE);
    const auto all = static_cast<std::size_t>(database_.execAndGet("PRAGMA page_count").getInt());
    for (const std::size_t page : std::exchange(written_, {})) {
      if (page < all) Clean(page, 1);
    }
    const std::size_t end = std::min(next_ + pages, all);
    for (; next_ < end; next_ += std::min(kPagesAtOnce, end - next_)) {
      Clean(next_, std::min(kPagesAtOnce, end - next_));
    }
    if (next_ < all) return Progress::kGoesOn;
    sqlite3_file& file = FileOf(database_, SQLITE_FCNTL_FILE_POINTER);
    Check(database_, file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL));
  } catch (const SQLite::Exception& wrong) {
    if (wrong.getErrorCode() == SQLITE_BUSY) return Progress::kBusy;
    throw;
  }
  return Progress::kDone;
}

void Scrubber::ReadLog() {
  sqlite3_file& log = FileOf(database_, SQLITE_FCNTL_JOURNAL_POINTER);
  if (log.pMethods == nullptr) return;  // it was never opened
  sqlite3_int64 size = 0;
  Check(database_, log.pMethods->xFileSize(&log, &size));
  const std::size_t frame_bytes = kFrameHeader + page_size_;
  const auto frame = static_cast<sqlite3_int64>(frame_bytes);
  for (sqlite3_int64 at = kLogHeader; at + frame <= size; at += frame) {
    std::array<unsigned char, 4> number{};
    Check(database_, log.pMethods->xRead(&log, number.data(), static_cast<int>(number.size()), at));
    const std::size_t page = NumberAt(number, 0) << 16U | NumberAt(number, 2);
    if (page > 0) written_.insert(page - 1);
  }
}

bool Scrubber::EmptyLog() {
  SQLite::Statement checkpoint(database_, "PRAGMA wal_checkpoint(TRUNCATE)");
  return checkpoint.executeStep() && checkpoint.getColumn(0).getInt() == 0;
}

void Scrubber::Clean(std::size_t first, std::size_t count) {
  sqlite3_file& file = FileOf(database_, SQLITE_FCNTL_FILE_POINTER);
  std::vector<unsigned char> bytes(page_size_ * count);
  const auto start = static_cast<sqlite3_int64>(first) * static_cast<sqlite3_int64>(page_size_);
  Check(database_, file.pMethods->xRead(&file, bytes.data(), static_cast<int>(bytes.size()), start));
  for (std::size_t i = 0; i < count; ++i) {
    const Page page(bytes.data() + i * page_size_, page_size_);
    const Page unused = UnusedOf(page, first + i == 0 ? 100 : 0);
    if (std::ranges::all_of(unused, [](unsigned char byte) { return byte == 0; })) continue;
    std::ranges::fill(unused, std::uint8_t{0});
    Check(database_, file.pMethods->xWrite(&file, unused.data(), static_cast<int>(unused.size()),
                                           start + (unused.data() - bytes.data())));
  }
}

}  // namespace parley
