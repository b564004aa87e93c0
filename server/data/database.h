// Opens SQLite databases (through SQLiteCpp): with a write-ahead log, with access for the owner only, and
// with the schema brought up to date.

#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace parley {

// What a committed transaction survives.
enum class Durability { kNormal, kFull };  // kill -9; a power cut too

// How long a writer waits for another program. The other program holds the database for one small
// transaction; far longer is a fault.
inline constexpr int kBusyMilliseconds = 5'000;

struct DatabaseKind {
  int application_id;                       // in the file's header; tells the kind of database
  std::span<const char* const> migrations;  // SQL; the version of a schema is the number of those done
};

// Opens the file. What is deleted there is overwritten with zeros. Makes it (mode 0600) if it is missing, and
// brings its schema up to date. Other programs may have it open too: a writer waits up to 5 s for another
// one. On failure null, and `error` says what is wrong and what to do (damaged, written by a newer version,
// read-only, disk full). The object is for one thread at a time: it takes no locks.
std::unique_ptr<SQLite::Database> OpenDatabase(const std::filesystem::path& file, const DatabaseKind& kind,
                                               Durability durability, std::string& error);

// Makes an empty file that only its owner may read (mode 0600): SQLite gives its other files the mode of this
// one. `flags` are those of open() besides: with O_EXCL a file that exists is an error.
bool MakeForOwner(const std::filesystem::path& file, int flags, std::string& error);

// What went wrong, in words for an operator.
std::string Explain(const SQLite::Exception& error);

}  // namespace parley
