// Cleans the files of a SQLite database of what was deleted.
//
// `secure_delete` overwrites what is deleted, but not the copies that SQLite leaves in the unused middle of a
// page when it moves rows to another page, and not the older pages in the write-ahead log.

#pragma once

#include <SQLiteCpp/Database.h>

namespace parley {

// Empties the write-ahead log, and overwrites the unused part of each page with zeros. Reads the whole
// database: some milliseconds for 10 MB. False: another program reads or writes it, so that it is to be done
// again. Not to be called within a transaction. Throws SQLite::Exception.
bool Scrub(SQLite::Database& database);

}  // namespace parley
