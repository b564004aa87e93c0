#include "server/keys/keys.h"

#include <algorithm>
#include <utility>

namespace parley {
namespace {

constexpr std::chrono::days kRenewBefore{30};

bool IsFit(const std::optional<KeyPair>& leaf, std::vector<std::string> names, std::chrono::sys_seconds now) {
  // A crash between the two files leaves a key that does not belong to its certificate.
  if (!leaf || !BelongTogether(*leaf)) return false;
  const auto facts = ReadCertificate(leaf->certificate);
  std::ranges::sort(names);
  return facts && facts->names == names && facts->ends - kRenewBefore > now;
}

bool HasEnded(const KeyPair& pair, std::chrono::sys_seconds now) {
  return ReadCertificate(pair.certificate)->ends <= now;
}

// Its times can be read, too.
bool IsAuthority(const KeyPair& pair) {
  return BelongTogether(pair) && ReadCertificate(pair.certificate);
}

}  // namespace

std::variant<ServerKeys, std::string> Keys::Load(const std::vector<std::string>& names,
                                                 std::chrono::sys_seconds now) {
  if (!certificate_file_.empty()) return LoadFiles();
  if (auto wrong = PrepareAuthority(now)) return std::move(*wrong);
  if (!leaf_) leaf_ = ReadPair("server");
  if (!IsFit(leaf_, names, now)) {
    leaf_ = MakeLeaf(*authority_, names, now);
    if (!leaf_) return std::string("no certificate could be made");
    leaf_->certificate += authority_->certificate;
    if (!KeepPair("server", *leaf_))
      return std::string("the certificate can't be written to the data folder");
  }
  return ServerKeys{*leaf_, authority_->certificate, ReadCertificate(leaf_->certificate)->fingerprint};
}

std::optional<std::string> Keys::PrepareAuthority(std::chrono::sys_seconds now) {
  if (!authority_) {
    authority_ = ReadPair("ca");
    // Not made anew unasked: people's devices trust this one.
    if (authority_ && !IsAuthority(*authority_)) {
      authority_.reset();
      return "ca.crt and ca.key in " + folder_->path().string() +
             " are no authority; put them back, or remove both and have everybody trust the new one";
    }
  }
  if (authority_ && !HasEnded(*authority_, now)) return std::nullopt;
  authority_ = MakeAuthority("Parley local authority", now);
  if (!authority_) return "no authority could be made";
  if (!KeepPair("ca", *authority_)) return "the authority can't be written to the data folder";
  leaf_ = KeyPair{};  // one of another authority does not do
  return std::nullopt;
}

std::variant<ServerKeys, std::string> Keys::LoadFiles() const {
  auto certificate = ReadText(certificate_file_);
  if (!certificate) return "the certificate " + certificate_file_ + " can't be read";
  auto key = ReadText(key_file_);
  if (!key) return "the key " + key_file_ + " can't be read";
  const auto facts = ReadCertificate(*certificate);
  if (!facts) return certificate_file_ + " is no PEM certificate";
  return ServerKeys{{std::move(*certificate), std::move(*key)}, "", facts->fingerprint};
}

std::optional<KeyPair> Keys::ReadPair(const std::string& name) const {
  if (folder_ == nullptr) return std::nullopt;
  const auto certificate = folder_->Read(name + ".crt");
  const auto key = folder_->Read(name + ".key");
  if (!certificate && !key) return std::nullopt;
  return KeyPair{certificate.value_or(""), key.value_or("")};
}

bool Keys::KeepPair(const std::string& name, const KeyPair& pair) {
  return folder_ == nullptr ||
         (folder_->Write(name + ".key", pair.key) && folder_->Write(name + ".crt", pair.certificate));
}

}  // namespace parley
