// Backs up a data folder, also while a server runs on it, and restores a backup into a folder that no server
// uses (docs/operations.md, "Backup and upgrade"). Blocks for as long as the disk takes.

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/admin/manifest.h"

namespace parley {

// The folders of a server. `files` and `recordings` are those of --files and --recordings if they lie outside
// of the data folder; else they are empty.
struct ServerFolders {
  std::filesystem::path data;
  std::filesystem::path files = {};
  std::filesystem::path recordings = {};
  bool with_recordings = true;  // false: recordings are not copied
};

// Copies the folders of a server to `folder`, which must be new or empty, and checks the copies. Databases
// are copied as they are at one moment; other files after them, so that a copied message has its files. A
// backup always has the files in its folder `files`, and the recordings in `recordings`. A recording that is
// still running is copied up to that moment. On failure nothing, `error` says why and what to do, and
// `folder` is empty again.
std::optional<Manifest> BackUp(const ServerFolders& server, const std::filesystem::path& folder,
                               std::string& error);

// Checks the backup in `folder`, and copies it to the folders of a server, which must be new or empty. The
// files appear there only once all are copied and checked. On failure as above.
std::optional<Manifest> Restore(const std::filesystem::path& folder, const ServerFolders& server,
                                std::string& error);

}  // namespace parley
