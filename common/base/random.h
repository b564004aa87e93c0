// Makes unpredictable identifiers and keys, with the system's generator (libsodium).

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

// `bytes` random bytes as URL-safe base64 without padding (RFC 4648, section 5). With 24 or more, this is a
// bearer token.
std::string RandomToken(std::size_t bytes);

// The bytes themselves: a key.
std::string RandomBytes(std::size_t bytes);

// `bytes` as RandomToken writes them.
std::string Base64Url(std::string_view bytes);

}  // namespace parley
