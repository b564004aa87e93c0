// Certificates (X.509, RFC 5280): a local authority, leaves made by it, and what a PEM certificate says.
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

// A new authority, valid for ten years from `now`, that may sign servers' certificates only. `name` tells
// people whose it is (its common name).
std::optional<KeyPair> MakeAuthority(const std::string& name, std::chrono::sys_seconds now);

// A new server's certificate, signed by `authority`, valid for a year (browsers refuse much longer ones) from
// `now` (a day earlier, for clocks that are behind). `names` are DNS names and IP addresses, one at least.
std::optional<KeyPair> MakeLeaf(const KeyPair& authority, const std::vector<std::string>& names,
                                std::chrono::sys_seconds now);

struct CertificateFacts {
  std::string fingerprint;          // SHA-256 of the DER form, lower-case hex
  std::chrono::sys_seconds begins;  // not valid before this
  std::chrono::sys_seconds ends;    // not valid after this
  std::vector<std::string> names;   // DNS names and IP addresses it is for, sorted
};
// Of the first certificate in `pem`; nothing where there is none.
std::optional<CertificateFacts> ReadCertificate(const std::string& pem);

// Whether the first certificate in `certificate` is signed with the key of the first one in `authority`.
bool IsSignedBy(const std::string& certificate, const std::string& authority);

// Whether the key is there, needs no password, and belongs to the first certificate.
bool BelongTogether(const KeyPair& pair);

// The private key in `pem`, of any kind, or null: also where it is encrypted, since nobody is asked for a
// password. The caller frees it.
evp_pkey_st* ReadPrivateKey(const std::string& pem);

// For OpenSSL's PEM functions: gives no password. Without one OpenSSL asks at the terminal, and waits, also
// where what is encrypted is a certificate.
int NoPassword(char* into, int size, int writing, void* argument);

// SHA-256 of its DER form, lower-case hex.
std::string Fingerprint(const x509_st* certificate);
// The form people compare: upper-case pairs with colons.
std::string WithColons(const std::string& fingerprint);

}  // namespace parley
