// Certificates (X.509, RFC 5280): a local authority, leaves made by it, and what a PEM certificate says.
//
// Keys are EC P-256. All text is PEM. No call throws.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

struct x509_st;  // X509 of OpenSSL

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
  std::string fingerprint;         // SHA-256 of the DER form, lower-case hex
  std::chrono::sys_seconds ends;   // not valid after this
  std::vector<std::string> names;  // DNS names and IP addresses it is for, sorted
};
// Of the first certificate in `pem`; nothing where there is none.
std::optional<CertificateFacts> ReadCertificate(const std::string& pem);

// SHA-256 of its DER form, lower-case hex.
std::string Fingerprint(const x509_st* certificate);
// The form people compare: upper-case pairs with colons.
std::string WithColons(const std::string& fingerprint);

}  // namespace parley
