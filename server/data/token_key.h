// The key that the server signs its tokens with: `token.key` in the data folder, mode 0600.

#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace parley {

// 32 random bytes, made where they are missing, also when several programs ask for them at once. The folder
// must exist. On failure nothing, and `error` says why and what to do.
std::optional<std::string> ReadTokenKey(const std::filesystem::path& folder, std::string& error);

}  // namespace parley
