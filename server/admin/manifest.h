// Manifest lists the files of a backup with their sizes and checksums: the file `manifest.json`, which is
// written last. A folder without it is not a whole backup.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"

namespace parley {

struct Manifest {
  static constexpr auto* kFile = "manifest.json";
  struct File {
    std::string path;  // relative, with `/`
    std::uint64_t size = 0;
    std::string sha256;  // lower-case hex
    bool operator==(const File&) const = default;
  };

  std::string version;  // of the program that made the backup
  std::string made;     // RFC 3339
  std::vector<File> files;

  [[nodiscard]] std::uint64_t bytes() const;
};

std::string ToText(const Manifest& manifest);
// Nothing if it is not a manifest, or if a path leads out of the backup; then `error` says what is wrong.
std::optional<Manifest> ParseManifest(std::string_view text, std::string& error);

}  // namespace parley
