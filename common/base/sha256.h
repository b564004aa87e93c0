// Sha256 computes the SHA-256 of bytes that come in pieces (libsodium).

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct crypto_hash_sha256_state;  // of libsodium

namespace parley {

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void Add(std::string_view bytes);
  // Of all that was added, in lower-case hex. The object is used up.
  std::string Finish();

 private:
  std::unique_ptr<crypto_hash_sha256_state> state_;
};

// Of a whole file, which is read in pieces. Nothing if it cannot be read.
std::optional<std::string> Sha256OfFile(const std::filesystem::path& file);

}  // namespace parley
