#include "server/accounts/author_keys.h"

#include <sodium.h>

#include <cstddef>

#include "common/base/random.h"

namespace parley {
namespace {

constexpr std::size_t kBytes = 16;  // two of 2^32 people share a key with a probability of 2^-65
// Keeps what is derived here apart from all else that the secret is used for.
constexpr std::string_view kPurpose = "parley author keys 1";

// BLAKE2b with a key is a MAC by itself.
std::string Hash(std::string_view text, std::string_view key, std::size_t bytes) {
  const auto begin = [](std::string_view from) {
    return reinterpret_cast<const unsigned char*>(from.data());
  };
  std::string hash(bytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), begin(text), text.size(),
                     begin(key), key.size());
  return hash;
}

}  // namespace

AuthorKeys::AuthorKeys(std::string_view secret) : key_(Hash(kPurpose, secret, crypto_generichash_KEYBYTES)) {
}

std::string AuthorKeys::Of(std::string_view identity) const {
  return Base64Url(Hash(identity, key_, kBytes));
}

}  // namespace parley
