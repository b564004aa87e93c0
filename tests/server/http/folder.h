// A folder that a test fills; it goes with this object.

#pragma once

#include <filesystem>
#include <string_view>

#include "server/http/static_files.h"

namespace parley::test {

// What is loaded from `folder`, which must be one that can be.
StaticFiles LoadFiles(const std::filesystem::path& folder);

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Writes a file, and makes the folders that lead to it.
  void Write(std::string_view name, std::string_view content) const;
  // Makes a symbolic link.
  void Link(std::string_view name, const std::filesystem::path& target) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace parley::test
