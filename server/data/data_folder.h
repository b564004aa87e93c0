// DataFolder is the folder of `--data`. One server at a time uses it, and only its owner can read it.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

class DataFolder {
 public:
  static constexpr auto* kLock = "lock";

  // Makes the folder (mode 0700) if it is missing, and locks it as long as this object lives. On failure
  // nothing, and `error` says why (another server has it, no right to write).
  static std::optional<DataFolder> Open(const std::filesystem::path& path, std::string& error);
  // Whether a server, or a command that needs the folder for itself, has it open.
  static bool InUse(const std::filesystem::path& path);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  // The contents of a file in it; nothing if it cannot be read.
  [[nodiscard]] std::optional<std::string> Read(const std::string& name) const;
  // Replaces a file as a whole: a reader, or a crash, never sees half of it. Mode 0600.
  [[nodiscard]] bool Write(const std::string& name, std::string_view contents) const;

  void Remove(const std::string& name) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;  // the descriptor that holds the lock
};

// Makes the folder (mode 0700) and those above it if they are missing. On failure `error` says why.
bool MakeDataFolder(const std::filesystem::path& path, std::string& error);

// The contents of any file; nothing if it cannot be read.
std::optional<std::string> ReadFile(const std::filesystem::path& path);
// The same for a text that people write: without a byte order mark at its beginning. OpenSSL would overlook
// the first line of a PEM file that has one.
std::optional<std::string> ReadText(const std::filesystem::path& path);
// The first line of a file that holds a secret, without a byte order mark and without its end. Empty if the
// file is empty.
std::optional<std::string> ReadFirstLine(const std::filesystem::path& path);

}  // namespace parley
