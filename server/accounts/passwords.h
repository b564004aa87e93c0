// Password hashes: Argon2id (libsodium), with limits::kHashBytes of memory. Each call takes about a tenth of
// a second: for a thread of a Pool.

#pragma once

#include <string>
#include <string_view>

namespace parley {

// The hash with its salt and parameters, as text. Empty where there was not memory enough.
std::string HashPassword(std::string_view password);

enum class PasswordCheck { kRight, kWrong, kFailed };  // kFailed: there was not memory enough
PasswordCheck CheckPassword(const std::string& hash, std::string_view password);

}  // namespace parley
