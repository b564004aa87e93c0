// Copies the files of a backup, and syncs them to the disk (fsync). Private to this folder.

#pragma once

#include <filesystem>
#include <string>

namespace parley {

// A failed copy: the path and the reason.
struct CopyFailure {
  std::string text;
};
[[noreturn]] void Fail(const std::filesystem::path& path, const std::string& why);

// Writes a new file that only the owner can read, and syncs it. Throws CopyFailure, as do the functions
// below.
void WriteNew(const std::filesystem::path& path, const std::string& bytes);

// Syncs a file or folder to the disk.
void Sync(const std::filesystem::path& path);

// Copies `source` to a new file that only the owner can read. Returns the SHA-256 of the bytes; empty if
// `source` no longer exists.
std::string CopyBytes(const std::filesystem::path& source, const std::filesystem::path& copy);

}  // namespace parley
