#include "server/keys/keys.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace parley {
namespace {

constexpr std::chrono::days kRenewBefore{30};
constexpr auto* kAuthorityName = "Parley local authority";

constexpr auto* kAuthority = "ca";
constexpr auto* kAuthorityBefore = "ca.old";

bool IsValid(const CertificateFacts& facts, std::chrono::sys_seconds now) {
  return facts.begins <= now && now < facts.ends;
}

bool IsFit(const std::optional<KeyPair>& leaf, const KeyPair& authority, std::vector<std::string> names,
           std::chrono::sys_seconds now) {
  // A crash between two files leaves a key, or an authority, that the certificate does not belong to.
  if (!leaf || !BelongTogether(*leaf) || !IsSignedBy(leaf->certificate, authority.certificate)) return false;
  const auto facts = ReadCertificate(leaf->certificate);
  if (!facts || now < kFirstDay) return facts.has_value();
  std::ranges::sort(names);
  return facts->names == names && IsValid(*facts, now + kRenewBefore) && IsValid(*facts, now);
}

// Its times can be read, too.
bool IsAuthority(const KeyPair& pair) {
  return BelongTogether(pair) && ReadCertificate(pair.certificate);
}

bool IsValidAuthority(const KeyPair& pair, std::chrono::sys_seconds now) {
  return IsAuthority(pair) && IsValid(*ReadCertificate(pair.certificate), now);
}

void Add(std::string& notice, const std::string& sentence) {
  notice += (notice.empty() ? "" : ". ") + sentence;
}

// Why `authority` is given up.
std::string WhyReplaced(const KeyPair& authority, std::chrono::sys_seconds now) {
  const auto facts = ReadCertificate(authority.certificate);
  if (facts->begins > now) {
    return "the local authority is not valid before " + DayOf(facts->begins) +
           ": the clock was ahead when it was made";
  }
  return "the local authority expired on " + DayOf(facts->ends);
}

}  // namespace

std::string DayOf(std::chrono::sys_seconds time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(day.year())) + '-' + two(static_cast<unsigned>(day.month())) + '-' +
         two(static_cast<unsigned>(day.day()));
}

std::variant<ServerKeys, std::string> Keys::Load(const std::vector<std::string>& names,
                                                 std::chrono::sys_seconds now) {
  if (!certificate_file_.empty()) return LoadFiles();
  std::string notice;
  if (now < kFirstDay) {
    Add(notice,
        "the clock shows " + DayOf(now) +
            " and was never set: certificates can't be judged by it; set it (timedatectl set-ntp true)");
  }
  if (auto wrong = PrepareAuthority(now, notice)) return std::move(*wrong);
  if (!leaf_) leaf_ = ReadPair("server");
  if (!IsFit(leaf_, *authority_, names, now)) {
    const auto before = ReadCertificate(leaf_ ? leaf_->certificate : "");
    if (before && before->begins > now && now >= kFirstDay) {
      Add(notice, "the certificate was not valid before " + DayOf(before->begins) +
                      ": the clock was ahead when it was made; it is made again");
    }
    leaf_ = MakeLeaf(*authority_, names, now);
    if (!leaf_) return std::string("no certificate could be made");
    leaf_->certificate += authority_->certificate;
    if (!KeepPair("server", *leaf_))
      return std::string("the certificate can't be written to the data folder");
  }
  return ServerKeys{*leaf_, authority_->certificate, ReadCertificate(leaf_->certificate)->fingerprint,
                    std::move(notice)};
}

std::optional<std::string> Keys::PrepareAuthority(std::chrono::sys_seconds now, std::string& notice) {
  if (!authority_) {
    authority_ = ReadPair(kAuthority);
    // Not made anew unasked: people's devices trust this one.
    if (authority_ && !IsAuthority(*authority_)) {
      authority_.reset();
      return "ca.crt and ca.key in " + folder_->path().string() +
             " are not an authority; put them back, or remove both and have everybody trust the new one";
    }
  }
  if (!authority_) {
    // A person who removed the authority does not want the one before it either.
    DropPair(kAuthorityBefore);
    authority_ = MakeAuthority(kAuthorityName, now);
    if (!authority_) return "no authority could be made";
    if (!KeepPair(kAuthority, *authority_)) {
      authority_.reset();
      return "the authority can't be written to the data folder";
    }
    leaf_ = KeyPair{};  // one of another authority does not do
    return std::nullopt;
  }
  if (now < kFirstDay || IsValidAuthority(*authority_, now)) return std::nullopt;
  return ReplaceAuthority(now, notice);
}

std::optional<std::string> Keys::ReplaceAuthority(std::chrono::sys_seconds now, std::string& notice) {
  auto next = ReadPair(kAuthorityBefore);
  const bool back = next && IsValidAuthority(*next, now);
  if (!back) next = MakeAuthority(kAuthorityName, now);
  if (!next) return "no authority could be made";
  // The one that may be trusted is never without a place on disk.
  const bool kept = back ? KeepPair(kAuthority, *next) && KeepPair(kAuthorityBefore, *authority_)
                         : KeepPair(kAuthorityBefore, *authority_) && KeepPair(kAuthority, *next);
  if (!kept) return "the authority can't be written to the data folder";
  Add(notice, WhyReplaced(*authority_, now) +
                  (back ? ". The one before it is in use again"
                        : ". A new one is in use, and everybody has to trust it again, at /trust"));
  authority_ = std::move(next);
  leaf_ = KeyPair{};
  return std::nullopt;
}

std::variant<ServerKeys, std::string> Keys::LoadFiles() const {
  auto certificate = ReadText(certificate_file_);
  if (!certificate) return "the certificate " + certificate_file_ + " can't be read";
  auto key = ReadText(key_file_);
  if (!key) return "the key " + key_file_ + " can't be read";
  const auto facts = ReadCertificate(*certificate);
  if (!facts) return certificate_file_ + " is not a PEM certificate";
  return ServerKeys{{std::move(*certificate), std::move(*key)}, "", facts->fingerprint, ""};
}

std::optional<KeyPair> Keys::ReadPair(const std::string& name) const {
  if (folder_ == nullptr) return std::nullopt;
  const auto certificate = folder_->Read(name + ".crt");
  const auto key = folder_->Read(name + ".key");
  if (!certificate && !key) return std::nullopt;
  return KeyPair{certificate.value_or(""), key.value_or("")};
}

void Keys::DropPair(const std::string& name) {
  if (folder_ == nullptr) return;
  std::error_code missing;
  std::filesystem::remove(folder_->path() / (name + ".crt"), missing);
  std::filesystem::remove(folder_->path() / (name + ".key"), missing);
}

bool Keys::KeepPair(const std::string& name, const KeyPair& pair) {
  return folder_ == nullptr ||
         (folder_->Write(name + ".key", pair.key) && folder_->Write(name + ".crt", pair.certificate));
}

}  // namespace parley
