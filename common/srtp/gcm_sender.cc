#include "common/srtp/gcm_sender.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cassert>

#include "common/codec/big_endian.h"
#include "common/codec/rtp.h"

namespace parley {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kBlockBytes = 16;
// RFC 3711, section 4.3.1: what each derived key is for.
constexpr unsigned char kEncryptionLabel = 0;
constexpr unsigned char kSaltLabel = 2;
constexpr std::size_t kLabelAt = 7;

unsigned char* Bytes(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}

// Derives `into` of the master key and salt with AES in counter mode (section 4.3.3).
void Derive(std::string_view master, unsigned char label, std::span<unsigned char> into) {
  std::array<unsigned char, kBlockBytes> counter{};
  const std::string_view salt = master.substr(kKeyBytes);
  for (std::size_t i = 0; i < salt.size(); ++i) counter[i] = static_cast<unsigned char>(salt[i]);
  counter[kLabelAt] ^= label;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr,
                     reinterpret_cast<const unsigned char*>(master.data()), counter.data());
  const std::array<unsigned char, kBlockBytes> zeros{};
  assert(into.size() <= zeros.size());
  int count = 0;
  EVP_EncryptUpdate(context, into.data(), &count, zeros.data(), static_cast<int>(into.size()));
  EVP_CIPHER_CTX_free(context);
}

}  // namespace

void GcmSender::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

std::unique_ptr<GcmSender> GcmSender::Make(std::string_view key) {
  auto rtcp = LibrarySrtpSender::Make(SrtpProfile::kAeadAes128Gcm, key);
  if (!rtcp) return nullptr;
  return std::unique_ptr<GcmSender>(new GcmSender(key, std::move(rtcp)));
}

GcmSender::GcmSender(std::string_view key, std::unique_ptr<LibrarySrtpSender> rtcp)
    : rtcp_(std::move(rtcp)), cipher_(EVP_CIPHER_CTX_new()) {
  std::array<unsigned char, kKeyBytes> session_key{};
  Derive(key, kEncryptionLabel, session_key);
  Derive(key, kSaltLabel, salt_);
  EVP_EncryptInit_ex(cipher_.get(), EVP_aes_128_gcm(), nullptr, session_key.data(), nullptr);
  OPENSSL_cleanse(session_key.data(), session_key.size());
}

std::optional<std::size_t> GcmSender::Protect(std::span<char> buffer, std::size_t size) {
  assert(buffer.size() >= size + kSrtpRoom);
  const std::string_view packet(buffer.data(), size);
  const auto header = RtpHeaderSize(packet);
  if (!header) return std::nullopt;
  const std::uint32_t ssrc = ReadU32(packet, 8);
  if (windows_.size() >= limits::kSentSources && !windows_.contains(ssrc)) return std::nullopt;
  const auto number = windows_[ssrc].Use(ReadU16(packet, 2));
  if (!number) return std::nullopt;

  // RFC 7714, section 8.1: the source and the 48 bits of the number, XORed with the salt.
  std::array<unsigned char, kSaltBytes> nonce = salt_;
  for (std::size_t i = 0; i < 4; ++i)
    nonce[2 + i] ^= static_cast<unsigned char>(ssrc >> (24 - 8 * i) & 0xFFU);
  for (std::size_t i = 0; i < 6; ++i)
    nonce[6 + i] ^= static_cast<unsigned char>(*number >> (40 - 8 * i) & 0xFFU);
  unsigned char* const start = Bytes(buffer.data());
  int count = 0;
  const bool done =
      EVP_EncryptInit_ex(cipher_.get(), nullptr, nullptr, nullptr, nonce.data()) == 1 &&
      EVP_EncryptUpdate(cipher_.get(), nullptr, &count, start, static_cast<int>(*header)) == 1 &&
      EVP_EncryptUpdate(cipher_.get(), start + *header, &count, start + *header,
                        static_cast<int>(size - *header)) == 1 &&
      EVP_EncryptFinal_ex(cipher_.get(), start + size, &count) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, start + size) == 1;
  if (!done) return std::nullopt;
  return size + kTagBytes;
}

std::optional<std::size_t> GcmSender::ProtectRtcp(std::span<char> buffer, std::size_t size) {
  return rtcp_->ProtectRtcp(buffer, size);
}

}  // namespace parley
