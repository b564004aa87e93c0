#include "tests/server/accounts/signing.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <sodium.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>

namespace parley::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Written(const std::function<int(BIO*)>& write) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  if (write(bio.get()) != 1) throw std::runtime_error("can't write the key");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

PemKey AsPem(const Key& key) {
  if (!key) throw std::runtime_error("can't make the key");
  return {Written([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          }),
          Written([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key.get()); })};
}

// r and s, each in 32 bytes (RFC 7518, section 3.4).
std::string AsPair(const std::string& der) {
  const unsigned char* bytes = Bytes(der);
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
      d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())), &ECDSA_SIG_free);
  std::string both(64, '\0');
  auto* to = reinterpret_cast<unsigned char*>(both.data());
  if (BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), to, 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), to + 32, 32) != 32) {
    throw std::runtime_error("not a signature on P-256");
  }
  return both;
}

}  // namespace

std::string Base64Url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), Bytes(bytes), bytes.size(), kVariant);
  text.pop_back();
  return text;
}

std::string SignHmac(std::string_view header, std::string_view payload, std::string_view key) {
  const std::string text = Base64Url(header) + '.' + Base64Url(payload);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(), code.data(), &size);
  return text + '.' + Base64Url({reinterpret_cast<const char*>(code.data()), size});
}

std::string SignHmac(std::string_view payload, std::string_view key) {
  return SignHmac(R"({"alg":"HS256","typ":"JWT"})", payload, key);
}

PemKey MakeEcKey(const char* curve) {
  return AsPem(Key(EVP_EC_gen(curve), &EVP_PKEY_free));
}

PemKey MakeRsaKey(unsigned bits) {
  return AsPem(Key(EVP_RSA_gen(bits), &EVP_PKEY_free));
}

PemKey MakeEd25519Key() {
  return AsPem(Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free));
}

std::string SignPem(std::string_view header, std::string_view payload, const PemKey& pem) {
  const std::string text = Base64Url(header) + '.' + Base64Url(payload);
  const Bio bio(BIO_new_mem_buf(pem.private_key.data(), static_cast<int>(pem.private_key.size())), &BIO_free);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(1024, '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, Bytes(text),
                     text.size()) != 1) {
    throw std::runtime_error("can't sign");
  }
  signature.resize(size);
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC) signature = AsPair(signature);
  return text + '.' + Base64Url(signature);
}

}  // namespace parley::test
