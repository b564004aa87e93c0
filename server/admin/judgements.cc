#include <algorithm>

#include "common/base/limits.h"
#include "server/admin/checks.h"
#include "server/keys/keys.h"

namespace parley {
namespace {

using Grade = Finding::Grade;

constexpr std::size_t kFewPeers = 500;
constexpr std::uint64_t kMebibyte = 1024 * 1024;
constexpr std::chrono::days kEndsSoon{30};

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::string ToLine(const Finding& finding) {
  const std::string grade = finding.grade == Grade::kOk        ? "ok      "
                            : finding.grade == Grade::kWarning ? "warning "
                                                               : "problem ";
  return grade + finding.about + ": " + finding.text;
}

Finding JudgeDescriptors(std::size_t allowed, std::size_t peers, std::optional<std::size_t> wanted_peers) {
  const std::string about = "descriptors";
  const std::string raise = "; raise it: LimitNOFILE= of the unit, or ulimit -Hn";
  const std::string text =
      std::to_string(allowed) + " are allowed, which is room for " + std::to_string(peers) + " peers";
  if (wanted_peers && *wanted_peers > peers) {
    return {Grade::kProblem, about,
            text + ", and --max-peers asks for " + std::to_string(*wanted_peers) + raise};
  }
  if (allowed <= limits::kReservedDescriptors) return {Grade::kProblem, about, text + raise};
  if (peers < kFewPeers && !wanted_peers) return {Grade::kWarning, about, text + raise};
  return {Grade::kOk, about, text};
}

Finding JudgeMedia(MediaMode mode, std::uint16_t port, const std::vector<TriedAddress>& tried) {
  std::vector<std::string> reached, silent, foreign;
  for (const TriedAddress& one : tried) {
    (one.arrived ? reached : one.own ? silent : foreign).push_back(one.address);
  }
  std::string text = mode == MediaMode::kAuto ? "those of more than 3 people use " : "they use ";
  text += "UDP port " + std::to_string(port);
  if (reached.empty()) text += "; no datagram from this machine arrives anywhere";
  if (!reached.empty()) text += "; a datagram from this machine arrives at " + Joined(reached);
  if (!silent.empty()) text += "; none arrives at " + Joined(silent) + ": look at this machine's firewall";
  if (!foreign.empty()) {
    text += "; none arrives at " + Joined(foreign) +
            ", which this machine does not have: if it belongs to a NAT, the NAT must forward the port";
  }
  text += "; firewalls and NATs elsewhere are not tested: try a meeting from another network";
  const bool is_ok = silent.empty() && !reached.empty();
  return {is_ok ? Grade::kOk : Grade::kWarning, "meetings", std::move(text)};
}

Finding JudgeDisk(const std::string& folder, std::uint64_t free_bytes) {
  const std::string text = std::to_string(free_bytes / kMebibyte) + " MiB are free in " + folder;
  const std::string what_to_do = "; make room, or choose another folder with --data DIR";
  if (free_bytes < 100 * kMebibyte) return {Grade::kProblem, "disk", text + what_to_do};
  if (free_bytes < 1024 * kMebibyte) return {Grade::kWarning, "disk", text + what_to_do};
  return {Grade::kOk, "disk", text};
}

Finding JudgeClock(std::chrono::sys_seconds now, bool synchronised) {
  if (now < kFirstDay) {
    return {Grade::kProblem, "clock",
            "it shows a day before 2026, so no certificate or token can be checked; set it (timedatectl "
            "set-ntp true)"};
  }
  if (!synchronised) {
    return {
        Grade::kWarning, "clock",
        "it is not synchronised; tokens of a portal are rejected if the clocks differ by more than a minute. "
        "Turn on synchronisation: timedatectl set-ntp true"};
  }
  return {Grade::kOk, "clock", "it is synchronised"};
}

Finding JudgeCertificate(const KeyPair& pair, std::chrono::sys_seconds now) {
  const std::string about = "certificate";
  const auto facts = ReadCertificate(pair.certificate);
  if (!facts) return {Grade::kProblem, about, "the file of --cert has no PEM certificate; name one that has"};
  if (!BelongTogether(pair)) {
    return {Grade::kProblem, about,
            "the key does not match the certificate, or needs a password; give the matching key with --key"};
  }
  if (facts->begins > now) {
    return {Grade::kProblem, about,
            "it is not valid before " + DayOf(facts->begins) +
                "; set the clock if it is wrong, or name another certificate"};
  }
  if (facts->ends <= now) return {Grade::kProblem, about, "it has expired; renew it"};
  const auto days = std::chrono::floor<std::chrono::days>(facts->ends - now).count();
  const std::string text =
      "it is for " + Joined(facts->names) + " and expires in " + std::to_string(days) + " days";
  if (facts->names.empty()) {
    return {Grade::kWarning, about,
            "it names no host (subjectAltName), so browsers refuse it; get one that names the host"};
  }
  if (facts->ends - now < kEndsSoon) return {Grade::kWarning, about, text + "; renew it"};
  return {Grade::kOk, about, text};
}

Finding JudgeOwnCertificate(const std::string& folder, const KeyPair& authority, const KeyPair& leaf,
                            std::chrono::sys_seconds now) {
  const std::string about = "certificate";
  Finding fine{Grade::kOk, about, "the server makes and renews its own"};
  if (authority.certificate.empty() && authority.key.empty()) return fine;
  const auto facts = ReadCertificate(authority.certificate);
  if (!facts || !BelongTogether(authority)) {
    return {Grade::kProblem, about,
            "ca.crt and ca.key in " + folder +
                " are not an authority; put them back, or remove both and have everybody trust the new one"};
  }
  if (now < kFirstDay) return fine;  // the clock is the problem
  if (facts->begins > now) {
    return {
        Grade::kProblem, about,
        "the local authority, ca.crt, is not valid before " + DayOf(facts->begins) +
            ". If the clock is wrong, set it. If it is right, start the server: it makes a new authority, "
            "which everybody must trust"};
  }
  if (facts->ends <= now) {
    return {Grade::kWarning, about,
            "the local authority, ca.crt, expired on " + DayOf(facts->ends) +
                "; the server makes a new one when it starts, and everybody must trust it"};
  }
  if (const auto own = ReadCertificate(leaf.certificate); own && own->begins > now) {
    return {
        Grade::kProblem, about,
        "server.crt is not valid before " + DayOf(own->begins) +
            ". If the clock is wrong, set it. If it is right, start the server: it makes a new certificate"};
  }
  if (facts->ends - now < kEndsSoon) {
    return {Grade::kWarning, about,
            "the local authority, ca.crt, expires on " + DayOf(facts->ends) +
                "; the server then makes a new one, and everybody must trust it"};
  }
  return fine;
}

}  // namespace parley
