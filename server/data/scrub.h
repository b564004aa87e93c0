// Scrubber erases deleted data from the files of a SQLite database. It works in steps, so that others can
// write between two steps.
//
// `secure_delete` overwrites what is deleted, but not the copies that SQLite leaves in the unused middle of a
// page when it moves rows to another page, and not the older pages in the write-ahead log. The database must
// outlive this object, and is used on one thread.

#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>
#include <set>

namespace parley {

class Scrubber {
 public:
  explicit Scrubber(SQLite::Database& database);
  ~Scrubber();
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

  enum class Progress {
    kGoesOn,
    kDone,  // what was deleted before the first step is gone
    kBusy,  // another program reads or writes the database, so that it is to be done again
  };
  // Empties the write-ahead log, and overwrites the unused part of the next pages with zeros; and of those
  // that were written since the last step, because SQLite may exchange the places of two pages. Not to be
  // called within a transaction. Throws SQLite::Exception.
  Progress Step(std::size_t pages);

 private:
  void ReadLog();
  bool EmptyLog();
  void Clean(std::size_t first, std::size_t count);

  SQLite::Database& database_;
  std::size_t page_size_;
  std::size_t next_ = 0;           // all pages before it are clean
  std::set<std::size_t> written_;  // since the last step; numbers from 0
};

}  // namespace parley
