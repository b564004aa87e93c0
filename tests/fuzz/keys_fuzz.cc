// Key and certificate files of any bytes: what can't be used is refused with words, nobody is asked for a
// password, and what is taken can serve.
//
// Input: one character, then the file: as it is (P), or as DER that is put into PEM, so that it is reached: a
// certificate (C), a private key (K, or E in EC's own form), a public key (U). With `+` after that the
// certificate's own key or certificate is the known one, else it is the same file.

#include <openssl/evp.h>
#include <openssl/ui.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/net/certificate.h"
#include "common/net/tls.h"
#include "server/accounts/portal_key.h"
#include "server/accounts/tokens.h"
#include "server/data/data_folder.h"
#include "server/data/token_key.h"
#include "server/keys/keys.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/shown_text.h"
#include "tests/fuzz/text_file.h"
#include "tests/support/temporary_folder.h"

namespace {

using parley::KeyPair;
using parley::fuzz::IsHarmless;
using parley::fuzz::Require;
using parley::fuzz::TextFile;
using namespace std::string_view_literals;

const std::chrono::sys_seconds kNow = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31};

std::string ToPem(std::string_view label, std::string_view der) {
  std::string base64(4 * (der.size() / 3 + 1) + 1, '\0');
  base64.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                                         reinterpret_cast<const unsigned char*>(der.data()),
                                                         static_cast<int>(der.size()))));
  std::string pem = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) pem += base64.substr(at, 64) + '\n';
  return pem + "-----END " + std::string(label) + "-----\n";
}

std::string ToFile(char kind, std::string_view bytes) {
  switch (kind) {
    case 'C':
      return ToPem("CERTIFICATE", bytes);
    case 'K':
      return ToPem("PRIVATE KEY", bytes);
    case 'E':
      return ToPem("EC PRIVATE KEY", bytes);
    case 'U':
      return ToPem("PUBLIC KEY", bytes);
    default:
      return std::string(bytes);
  }
}

// A key that never changes, so that a certificate for it can be among the seeds (RFC 5915, on P-256).
std::string KnownKey() {
  std::string der("\x30\x31\x02\x01\x01\x04\x20"sv);
  der += std::string(32, 'k');
  der += "\xA0\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv;
  return ToPem("EC PRIVATE KEY", der);
}

struct Shared {
  KeyPair known;  // the known key, with a certificate of another
  parley::test::TemporaryFolder folder;
};

const Shared& Made() {
  static const Shared* const made = [] {
    // Aborts where somebody would be asked for a password.
    UI_METHOD* const nobody = UI_create_method("nobody");
    UI_method_set_opener(nobody, [](UI*) -> int { std::abort(); });
    UI_set_default_method(nobody);
    // Files are synced there for nothing.
    if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
    return new Shared{{parley::MakeAuthority("known", kNow)->certificate, KnownKey()}, {}};
  }();
  return *made;
}

void RequireWords(const std::string& error) {
  Require(!error.empty() && IsHarmless(error));
}

void CheckCertificate(const std::string& file) {
  const auto facts = parley::ReadCertificate(file);
  if (!facts) return;
  Require(facts->fingerprint.size() == 64 && std::ranges::is_sorted(facts->names));
  Require(facts->fingerprint.find_first_not_of("0123456789abcdef") == std::string::npos);
}

void CheckPair(const KeyPair& pair) {
  const bool together = parley::BelongTogether(pair);
  std::string error;
  const auto context = parley::TlsContext::Server(pair.certificate, pair.key, error);
  if (context) {
    Require(together);
  } else {
    RequireWords(error);
  }
  if (!together) return;
  if (const auto leaf = parley::MakeLeaf(pair, {"localhost"}, kNow)) Require(parley::BelongTogether(*leaf));
}

// As the files of --cert and --key.
void CheckFiles(const KeyPair& pair) {
  static const TextFile certificate, key;
  certificate.Write(pair.certificate);
  key.Write(pair.key);
  parley::Keys keys(certificate.path(), key.path());
  const auto loaded = keys.Load({"localhost"}, kNow);
  if (const auto* const wrong = std::get_if<std::string>(&loaded)) {
    RequireWords(*wrong);
    return;
  }
  Require(std::get<parley::ServerKeys>(loaded).fingerprint ==
          parley::ReadCertificate(pair.certificate)->fingerprint);
}

// As the authority in the data folder, where it is one, and as the certificate that it has signed.
void CheckFolder(const KeyPair& pair) {
  std::string error;
  const auto folder = parley::DataFolder::Open(Made().folder.path(), error);
  Require(folder.has_value());
  for (const char* const name : {"ca", "server"}) {
    Require(folder->Write(std::string(name) + ".crt", pair.certificate));
    Require(folder->Write(std::string(name) + ".key", pair.key));
  }
  for (const char* const left_over : {"ca.old.crt", "ca.old.key"}) {
    std::filesystem::remove(folder->path() / left_over);
  }
  parley::Keys keys(&*folder);
  const auto loaded = keys.Load({"localhost"}, kNow);
  if (const auto* const wrong = std::get_if<std::string>(&loaded)) {
    RequireWords(*wrong);
  } else {
    const auto& served = std::get<parley::ServerKeys>(loaded);
    Require(parley::BelongTogether(served.pair));
    const auto facts = parley::ReadCertificate(served.pair.certificate);
    Require(facts->begins <= kNow && facts->ends > kNow);
    Require(parley::TlsContext::Server(served.pair.certificate, served.pair.key, error) != nullptr);
  }
}

void CheckTrust(const std::string& file) {
  static const TextFile trusted;
  trusted.Write(file);
  std::string error;
  if (parley::TlsContext::Client(trusted.path(), error) == nullptr) RequireWords(error);
}

void CheckPortalKey(const std::string& file) {
  std::string error;
  const auto key = parley::ReadPortalKey(file, error);
  if (!key) {
    RequireWords(error);
    return;
  }
  const bool secret = key->algorithm == parley::PortalKey::Algorithm::kHs256;
  Require(secret != (file.find("-----BEGIN") != std::string::npos));
  Require(!secret || (key->key.size() >= 32 && file.starts_with(key->key)));
  // {"alg":"ES256","typ":"JWT"} and {"sub":"ana"}, and a signature of zeros.
  const std::string token = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbmEifQ." + std::string(86, 'A');
  Require(!parley::Tokens(std::string(32, 'o'), key).Verify(token, kNow));
}

void CheckTokenKey(const std::string& file) {
  constexpr std::size_t kInteresting = 100;
  if (file.size() > kInteresting) return;
  std::string error;
  const auto folder = parley::DataFolder::Open(Made().folder.path(), error);
  Require(folder && folder->Write("token.key", file));
  const auto key = parley::ReadTokenKey(folder->path(), error);
  if (key) {
    Require(key->size() == parley::Tokens::kKeyBytes && (file.empty() || *key == file));
  } else {
    RequireWords(error);
    Require(file.size() != parley::Tokens::kKeyBytes && !file.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const KeyPair& known = Made().known;
  const bool with_known = data[1] == '+';
  const std::string file = ToFile(static_cast<char>(data[0]), parley::fuzz::Text(data + 2, size - 2));
  CheckCertificate(file);
  CheckPortalKey(file);
  CheckTokenKey(file);
  const KeyPair pair{file, with_known ? known.key : file};
  const bool certificate = parley::ReadCertificate(file).has_value();
  const bool together = parley::BelongTogether(pair);
  // What makes a context or writes files takes its time: seldom where it does not get far.
  if (certificate || size % 8 == 0) CheckTrust(file);
  if (certificate || size % 8 == 0) CheckFiles(pair);
  if (certificate || together || size % 8 == 0) CheckPair(pair);
  if (parley::BelongTogether({known.certificate, file}) || size % 8 == 0)
    CheckPair({known.certificate, file});
  if (together || size % 16 == 0) CheckFolder(pair);
  return 0;
}
