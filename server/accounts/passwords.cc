#include "server/accounts/passwords.h"

#include <sodium.h>

#include <array>
#include <cerrno>

#include "common/base/limits.h"

namespace parley {

static_assert(limits::kHashBytes == crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE);
static_assert(limits::kHashPasses == crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE);

std::string HashPassword(std::string_view password) {
  std::array<char, crypto_pwhash_argon2id_STRBYTES> hash{};
  if (sodium_init() < 0 || crypto_pwhash_argon2id_str(hash.data(), password.data(), password.size(),
                                                      limits::kHashPasses, limits::kHashBytes) != 0) {
    return "";
  }
  return hash.data();
}

PasswordCheck CheckPassword(const std::string& hash, std::string_view password) {
  errno = 0;
  if (crypto_pwhash_argon2id_str_verify(hash.c_str(), password.data(), password.size()) == 0) {
    return PasswordCheck::kRight;
  }
  return errno == ENOMEM ? PasswordCheck::kFailed : PasswordCheck::kWrong;
}

}  // namespace parley
