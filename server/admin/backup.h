// Backs up a data folder, also while a server runs on it, and restores a backup into a folder that no server
// uses (docs/operations.md, "Backup and upgrade"). Blocks for as long as the disk takes.

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/admin/manifest.h"

namespace parley {

// Copies the data folder to `folder`, which must be new or empty, and checks the copies. Databases are copied
// as they are at one moment; other files after them, so that a copied message has its files. On failure
// nothing, `error` says why and what to do, and `folder` is empty again.
std::optional<Manifest> BackUp(const std::filesystem::path& data, const std::filesystem::path& folder,
                               std::string& error);

// Checks the backup in `folder`, and copies it to the data folder, which must be new or empty. The files
// appear there only once all are copied and checked. On failure as above.
std::optional<Manifest> Restore(const std::filesystem::path& folder, const std::filesystem::path& data,
                                std::string& error);

}  // namespace parley
