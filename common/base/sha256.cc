#include "common/base/sha256.h"

#include <sodium.h>

#include <array>
#include <fstream>
#include <vector>

namespace parley {

Sha256::Sha256() : state_(std::make_unique<crypto_hash_sha256_state>()) {
  crypto_hash_sha256_init(state_.get());
}

Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::Add(std::string_view bytes) {
  crypto_hash_sha256_update(state_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Sha256::Finish() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(state_.get(), digest.data());
  std::string text(2 * digest.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();  // its terminator
  return text;
}

std::optional<std::string> Sha256OfFile(const std::filesystem::path& file) {
  constexpr std::size_t kPiece = std::size_t{64} * 1024;
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open()) return std::nullopt;
  Sha256 sum;
  std::vector<char> piece(kPiece);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    sum.Add({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (in.bad()) return std::nullopt;
  return sum.Finish();
}

}  // namespace parley
