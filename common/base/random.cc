#include "common/base/random.h"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>

namespace parley {

std::string RandomBytes(std::size_t bytes) {
  // Idempotent; fails only where the system has no source of randomness, and then nothing can go on.
  static const bool ready = sodium_init() >= 0;
  if (!ready) {
    std::fputs("parley: the system has no source of randomness\n", stderr);
    std::abort();
  }
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  return raw;
}

std::string RandomToken(std::size_t bytes) {
  return Base64Url(RandomBytes(bytes));
}

std::string Base64Url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // its terminator
  return text;
}

}  // namespace parley
