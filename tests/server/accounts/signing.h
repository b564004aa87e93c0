// Tokens as somebody else makes them, with nothing of ours nor of our library: what a test says is what is
// signed.

#pragma once

#include <string>
#include <string_view>

namespace parley::test {

std::string Base64Url(std::string_view bytes);

// A token of these two JSON texts, signed by HMAC with SHA-256 whatever the header says.
std::string SignHmac(std::string_view header, std::string_view payload, std::string_view key);
// The same with the usual header.
std::string SignHmac(std::string_view payload, std::string_view key);

// An asymmetric key of a portal.
struct PemKey {
  std::string private_key, public_key;
};
PemKey MakeEcKey(const char* curve);
PemKey MakeRsaKey(unsigned bits);
PemKey MakeEd25519Key();

// A token signed with SHA-256 and that key: as ES256 has it with an EC key, as RS256 with one of RSA.
std::string SignPem(std::string_view header, std::string_view payload, const PemKey& key);

}  // namespace parley::test
