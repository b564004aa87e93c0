#include "server/accounts/portal_key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

#include <array>
#include <cstddef>
#include <memory>

#include "common/base/byte_order_mark.h"

namespace parley {
namespace {

// RFC 7518: a secret of the hash's own size (section 3.2), an RSA key of 2,048 bits (section 3.3).
constexpr std::size_t kSecretBytes = 32;
constexpr int kRsaBits = 2048;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key ParsePem(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  // Without this OpenSSL asks at the terminal where the file says that it is encrypted, and waits.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Key key(bytes ? PEM_read_bio_PUBKEY(bytes.get(), nullptr, no_password, nullptr) : nullptr, &EVP_PKEY_free);
  ERR_clear_error();
  return key;
}

bool IsOnP256(EVP_PKEY* key) {
  std::array<char, 64> group{};
  return EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
         std::string_view(group.data()) == SN_X9_62_prime256v1;
}

std::optional<PortalKey> ReadPublicKey(std::string_view pem, std::string& error) {
  const Key key = ParsePem(pem);
  if (!key) {
    error =
        "it is not a public key in PEM; to get one, use openssl x509 -noout -pubkey on a certificate, or "
        "openssl pkey -pubout on a private key";
    return std::nullopt;
  }
  const int kind = EVP_PKEY_get_base_id(key.get());
  if (kind == EVP_PKEY_EC && IsOnP256(key.get())) {
    return PortalKey{PortalKey::Algorithm::kEs256, std::string(pem)};
  }
  if (kind == EVP_PKEY_RSA && EVP_PKEY_get_bits(key.get()) >= kRsaBits) {
    return PortalKey{PortalKey::Algorithm::kRs256, std::string(pem)};
  }
  error = "it is a public key of another kind; use an EC key on P-256, or RSA of at least 2048 bits";
  return std::nullopt;
}

std::string_view WithoutLastNewline(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<PortalKey> ReadPortalKey(std::string_view file, std::string& error) {
  file = WithoutByteOrderMark(file);
  // Never a secret: everybody may know a public key, and could then sign with it.
  if (file.find("-----BEGIN") != std::string_view::npos) return ReadPublicKey(file, error);
  const std::string_view secret = WithoutLastNewline(file);
  if (secret.size() < kSecretBytes) {
    error =
        "it is neither a public key in PEM nor a secret of at least 32 bytes; make a secret with openssl "
        "rand -hex 32";
    return std::nullopt;
  }
  return PortalKey{PortalKey::Algorithm::kHs256, std::string(secret)};
}

}  // namespace parley
