// Copies the files of a backup and writes them through to the disk. Private to this folder.

#pragma once

#include <filesystem>
#include <string>

namespace parley {

// A copy that did not succeed: the path and why.
struct CopyFailure {
  std::string text;
};
[[noreturn]] void Fail(const std::filesystem::path& path, const std::string& why);

// Writes a new file for the owner only, and through to the disk. Throws CopyFailure, as all of these do.
void WriteNew(const std::filesystem::path& path, const std::string& bytes);

// Writes what the system still holds of a file or folder to the disk.
void Sync(const std::filesystem::path& path);

// Copies to a new file for the owner only. Returns the SHA-256 of what was read; empty if `source` has gone
// meanwhile.
std::string CopyBytes(const std::filesystem::path& source, const std::filesystem::path& copy);

}  // namespace parley
