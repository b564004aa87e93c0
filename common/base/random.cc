#include "common/base/random.h"

#include <sodium.h>

#include <stdexcept>
#include <vector>

namespace parley {

std::string RandomToken(std::size_t bytes) {
  // Idempotent; fails only where the system has no source of randomness, and then nothing can go on.
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw std::runtime_error("no source of randomness");
  std::vector<unsigned char> raw(bytes);
  randombytes_buf(raw.data(), raw.size());
  std::string text(sodium_base64_encoded_len(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), raw.data(), raw.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // its terminator
  return text;
}

}  // namespace parley
