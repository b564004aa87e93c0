// Makes and reads certificates (X.509, RFC 5280): a local authority, certificates that it signs, and the
// contents of a PEM certificate.
//
// Keys are EC P-256. All text is PEM. No call throws.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

struct evp_pkey_st;  // EVP_PKEY and X509 of OpenSSL
struct x509_st;

namespace parley {

struct KeyPair {
  std::string certificate;
  std::string key;
};

// A new authority, valid for ten years from `now`, that may only sign certificates of servers. `name` is its
// common name, which tells people whose it is.
std::optional<KeyPair> MakeAuthority(const std::string& name, std::chrono::sys_seconds now);

// A new certificate of a server, signed by `authority`. It is valid for a year from `now` (browsers reject
// much longer ones), and begins a day earlier for clocks that are behind. `names` are DNS names and IP
// addresses, at least one.
std::optional<KeyPair> MakeLeaf(const KeyPair& authority, const std::vector<std::string>& names,
                                std::chrono::sys_seconds now);

struct CertificateFacts {
  std::string fingerprint;          // SHA-256 of the DER form, lower-case hex
  std::chrono::sys_seconds begins;  // not valid before this
  std::chrono::sys_seconds ends;    // not valid after this
  std::vector<std::string> names;   // DNS names and IP addresses it is for, sorted
};
// Describes the first certificate in `pem`; nothing if there is none.
std::optional<CertificateFacts> ReadCertificate(const std::string& pem);

// Whether the first certificate in `certificate` is signed with the key of the first one in `authority`.
bool IsSignedBy(const std::string& certificate, const std::string& authority);

// Whether the key is there, needs no password, and belongs to the first certificate.
bool BelongTogether(const KeyPair& pair);

// The private key in `pem`, of any kind, or null. Null also if it is encrypted, because nobody is asked for a
// password. The caller frees it.
evp_pkey_st* ReadPrivateKey(const std::string& pem);

// For OpenSSL's PEM functions: gives no password. Without it, OpenSSL asks at the terminal and waits, even
// for an encrypted certificate.
int NoPassword(char* into, int size, int writing, void* argument);

// SHA-256 of its DER form, lower-case hex.
std::string Fingerprint(const x509_st* certificate);
// The form that people compare: upper-case pairs with colons.
std::string WithColons(const std::string& fingerprint);

}  // namespace parley
