// Reads the key with which the server signs its tokens: `token.key` in the data folder, mode 0600.

#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace parley {

// Returns 32 random bytes. Makes them if they are missing, also if several programs ask for them at once. The
// folder must exist. On failure nothing, and `error` says why and what to do.
std::optional<std::string> ReadTokenKey(const std::filesystem::path& folder, std::string& error);

}  // namespace parley
