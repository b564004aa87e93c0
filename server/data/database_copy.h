// Copies SQLite databases while other programs use them, and checks copies.

#pragma once

#include <filesystem>
#include <string>

namespace parley {

// Writes `source`, as it is at one moment, to the new file `copy` (mode 0600; one file, without a write-ahead
// log), and checks the copy. Others may read and write `source` meanwhile. False on failure; then `error`
// says why.
bool CopyDatabase(const std::filesystem::path& source, const std::filesystem::path& copy, std::string& error);

// Whether SQLite finds the database in order (PRAGMA integrity_check). If not, `error` says why.
bool CheckDatabase(const std::filesystem::path& file, std::string& error);

}  // namespace parley
