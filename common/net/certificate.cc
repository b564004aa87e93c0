#include "common/net/certificate.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <asio/ip/address.hpp>
#include <cctype>
#include <ctime>
#include <memory>
#include <system_error>

#include "common/base/calendar.h"
#include "common/net/openssl_objects.h"

namespace parley {
namespace {

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpenSslFree<X509_EXTENSION, X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, OpenSslFree<GENERAL_NAMES, GENERAL_NAMES_free>>;
using BnPtr = std::unique_ptr<BIGNUM, OpenSslFree<BIGNUM, BN_free>>;

constexpr std::chrono::days kAuthorityLife{3650};
constexpr std::chrono::days kLeafLife{365};
constexpr std::chrono::days kClocksBehind{1};

std::string Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

X509Ptr ParseCertificate(const std::string& pem) {
  const BioPtr bio = MemoryBio(pem);
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return certificate;
}

std::optional<KeyPair> ToPem(X509* certificate, EVP_PKEY* key) {
  const BioPtr certificate_bio(BIO_new(BIO_s_mem()));
  const BioPtr key_bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_bio.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return std::nullopt;
  }
  return KeyPair{Contents(certificate_bio.get()), Contents(key_bio.get())};
}

bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool SetSerial(X509* certificate) {
  const BnPtr number(BN_new());
  return BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetLife(X509* certificate, std::chrono::sys_seconds from, std::chrono::sys_seconds to) {
  // Not through system_clock, whose nanoseconds end in the year 2262.
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from.time_since_epoch().count()) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), to.time_since_epoch().count()) != nullptr;
}

std::optional<std::chrono::sys_seconds> ToTime(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return UtcSeconds(parts);
}

bool SetName(X509_NAME* name, const std::string& common) {
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common.data()),
                                    static_cast<int>(common.size()), -1, 0) == 1;
}

// A version 3 certificate with a serial number, a life, a subject and a key; without extensions and
// signature.
X509Ptr Draft(EVP_PKEY* key, const std::string& common_name, std::chrono::sys_seconds now,
              std::chrono::days life) {
  X509Ptr certificate(X509_new());
  const bool drafted = certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                       SetSerial(certificate.get()) &&
                       SetLife(certificate.get(), now - kClocksBehind, now + life) &&
                       SetName(X509_get_subject_name(certificate.get()), common_name) &&
                       X509_set_pubkey(certificate.get(), key) == 1;
  return drafted ? std::move(certificate) : nullptr;
}

bool IsAddress(const std::string& name) {
  std::error_code error;
  asio::ip::make_address(name, error);
  return !error;
}

std::string AddressText(const ASN1_OCTET_STRING* bytes) {
  const unsigned char* data = ASN1_STRING_get0_data(bytes);
  const int size = ASN1_STRING_length(bytes);
  if (size == 4) {
    asio::ip::address_v4::bytes_type v4;
    std::copy_n(data, 4, v4.begin());
    return asio::ip::address_v4(v4).to_string();
  }
  if (size == 16) {
    asio::ip::address_v6::bytes_type v6;
    std::copy_n(data, 16, v6.begin());
    return asio::ip::address_v6(v6).to_string();
  }
  return "";
}

std::vector<std::string> AlternativeNames(X509* certificate) {
  std::vector<std::string> names;
  const NamesPtr all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      names.push_back(AddressText(name->d.iPAddress));
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::optional<KeyPair> MakeAuthority(const std::string& name, std::chrono::sys_seconds now) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return std::nullopt;
  const X509Ptr certificate = Draft(key.get(), name, now, kAuthorityLife);
  const bool made =
      certificate && SetName(X509_get_issuer_name(certificate.get()), name) &&
      AddExtension(certificate.get(), certificate.get(), NID_basic_constraints,
                   "critical,CA:TRUE,pathlen:0") &&
      AddExtension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
      AddExtension(certificate.get(), certificate.get(), NID_ext_key_usage, "serverAuth") &&
      AddExtension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash") &&
      X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0;
  ERR_clear_error();
  return made ? ToPem(certificate.get(), key.get()) : std::nullopt;
}

std::optional<KeyPair> MakeLeaf(const KeyPair& authority, const std::vector<std::string>& names,
                                std::chrono::sys_seconds now) {
  const X509Ptr issuer = ParseCertificate(authority.certificate);
  const KeyPtr issuer_key(ReadPrivateKey(authority.key));
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!issuer || !issuer_key || !key || names.empty()) return std::nullopt;
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives += (alternatives.empty() ? "" : ",") + std::string(IsAddress(name) ? "IP:" : "DNS:") + name;
  }
  const X509Ptr certificate = Draft(key.get(), "Parley", now, kLeafLife);
  const bool made =
      certificate && X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())) == 1 &&
      AddExtension(certificate.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      AddExtension(certificate.get(), issuer.get(), NID_key_usage, "critical,digitalSignature") &&
      AddExtension(certificate.get(), issuer.get(), NID_ext_key_usage, "serverAuth") &&
      AddExtension(certificate.get(), issuer.get(), NID_subject_key_identifier, "hash") &&
      AddExtension(certificate.get(), issuer.get(), NID_authority_key_identifier, "keyid:always") &&
      AddExtension(certificate.get(), issuer.get(), NID_subject_alt_name, alternatives) &&
      X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()) > 0;
  ERR_clear_error();
  return made ? ToPem(certificate.get(), key.get()) : std::nullopt;
}

std::optional<CertificateFacts> ReadCertificate(const std::string& pem) {
  const X509Ptr certificate = ParseCertificate(pem);
  if (!certificate) return std::nullopt;
  const auto begins = ToTime(X509_get0_notBefore(certificate.get()));
  const auto ends = ToTime(X509_get0_notAfter(certificate.get()));
  if (!begins || !ends) return std::nullopt;
  return CertificateFacts{.fingerprint = Fingerprint(certificate.get()),
                          .begins = *begins,
                          .ends = *ends,
                          .names = AlternativeNames(certificate.get())};
}

bool IsSignedBy(const std::string& certificate, const std::string& authority) {
  const X509Ptr signed_one = ParseCertificate(certificate);
  const X509Ptr signer = ParseCertificate(authority);
  EVP_PKEY* const key = signer ? X509_get0_pubkey(signer.get()) : nullptr;
  const bool is_signed = signed_one && key != nullptr && X509_verify(signed_one.get(), key) == 1;
  ERR_clear_error();
  return is_signed;
}

bool BelongTogether(const KeyPair& pair) {
  const X509Ptr certificate = ParseCertificate(pair.certificate);
  const KeyPtr key(ReadPrivateKey(pair.key));
  const bool together = certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return together;
}

EVP_PKEY* ReadPrivateKey(const std::string& pem) {
  const BioPtr bio = MemoryBio(pem);
  return PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr);
}

int NoPassword(char*, int, int, void*) {
  return -1;
}

std::string Fingerprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kHex[digest[i] >> 4U];
    text += kHex[digest[i] & 0xFU];
  }
  return text;
}

std::string WithColons(const std::string& fingerprint) {
  std::string text;
  for (std::size_t i = 0; i < fingerprint.size(); ++i) {
    if (i > 0 && i % 2 == 0) text += ':';
    text += static_cast<char>(std::toupper(static_cast<unsigned char>(fingerprint[i])));
  }
  return text;
}

}  // namespace parley
