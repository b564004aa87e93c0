// Hashes and checks passwords with Argon2id (libsodium) and limits::kHashBytes of memory. Each call takes
// about a tenth of a second, so call it on a thread of a Pool.

#pragma once

#include <string>
#include <string_view>

namespace parley {

// The hash with its salt and parameters, as text. Empty if there was not enough memory.
std::string HashPassword(std::string_view password);

enum class PasswordCheck { kRight, kWrong, kFailed };  // kFailed: there was not enough memory
PasswordCheck CheckPassword(const std::string& hash, std::string_view password);

}  // namespace parley
