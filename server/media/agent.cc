#include "server/media/agent.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/base/media_limits.h"
#include "common/base/random.h"
#include "common/codec/stun.h"

namespace parley {
namespace {

constexpr int kUnknownAttribute = 420;
constexpr int kRoleConflict = 487;
// RFC 8445, section 5.1.2.1: our host candidates by UDP, and by TCP as RFC 6544, section 4.2 has it.
constexpr std::uint32_t kUdpPriority = 2130706431;
constexpr std::uint32_t kTcpPriority = 1518280447;

// Section 6.1.2.3. The page is the controlling side.
std::uint64_t PairPriority(std::uint32_t controlling, std::uint32_t controlled) {
  return (std::uint64_t{std::min(controlling, controlled)} << 32U) +
         2 * std::uint64_t{std::max(controlling, controlled)} + (controlling > controlled ? 1 : 0);
}

}  // namespace

IceCredentials MakeIceCredentials() {
  // ice-char has no `-` and `_` (RFC 8839, section 5.4), and the bits are enough without them.
  const auto text = [](std::size_t bytes) {
    std::string token = RandomToken(bytes);
    std::replace(token.begin(), token.end(), '-', '+');
    std::replace(token.begin(), token.end(), '_', '/');
    return token;
  };
  return {text(9), text(24)};
}

Agent::Agent(IceCredentials own, IceCredentials remote, MonotonicTime now)
    : own_(std::move(own)), remote_(std::move(remote)), last_check_(now) {
}

void Agent::Restart(IceCredentials own, IceCredentials remote) {
  previous_ = std::exchange(own_, std::move(own));
  previous_remote_ = std::exchange(remote_, std::move(remote));
  ++generation_;
}

// The password that must have signed the check; null if its names are not those of this session.
const IceCredentials* Agent::CredentialsOf(const IceCheck& check) const {
  if (check.to_ufrag == own_.ufrag && check.from_ufrag == remote_.ufrag) return &own_;
  const bool is_old = !previous_.ufrag.empty() && check.to_ufrag == previous_.ufrag &&
                      check.from_ufrag == previous_remote_.ufrag;
  return is_old ? &previous_ : nullptr;
}

std::optional<std::string> Agent::Receive(std::string_view datagram, const IceCheck& check,
                                          const MediaPath& path, MonotonicTime now) {
  const IceCredentials* const credentials = CredentialsOf(check);
  if (credentials == nullptr || !IsSignedWith(datagram, check, credentials->password)) return std::nullopt;
  if (check.unknown != 0) {
    return IceRefusal(check.transaction, kUnknownAttribute, check.unknown, credentials->password);
  }
  // A lite agent is always the controlled one, so it is the page that must change its role.
  if (check.role != IceCheck::Role::kControlling) {
    return IceRefusal(check.transaction, kRoleConflict, 0, credentials->password);
  }
  last_check_ = now;
  Note(check, path, credentials == &own_ ? generation_ : generation_ - 1, now);
  return IceAnswer(check.transaction, path.remote, credentials->password);
}

void Agent::Note(const IceCheck& check, const MediaPath& path, unsigned generation, MonotonicTime now) {
  Pair* pair = Find(path);
  if (pair == nullptr) {
    if (pairs_.size() == limits::kIcePairs) {
      pairs_.erase(std::min_element(pairs_.begin(), pairs_.end(),
                                    [](const Pair& a, const Pair& b) { return a.checked < b.checked; }));
    }
    // TCP has proved its own already.
    pair = &pairs_.emplace_back(Pair{path, 0, false, generation, now, path.stream != 0});
  }
  if (pair->generation < generation) {
    pair->generation = generation;
    pair->nominated = false;
  }
  if (pair->generation == generation) {
    pair->priority = PairPriority(check.priority, path.stream == 0 ? kUdpPriority : kTcpPriority);
    pair->nominated = pair->nominated || check.nominates;
  }
  pair->checked = now;
  EndRestart();
}

// What the page nominates after a restart ends what was before it (RFC 8445, section 7.3.1.5). Until media
// may go there they go on where they went: a proof takes a round trip.
void Agent::EndRestart() {
  const bool has_new = std::any_of(pairs_.begin(), pairs_.end(), [this](const Pair& pair) {
    return pair.generation == generation_ && pair.nominated && MayCarryMedia(pair);
  });
  if (!has_new) return;
  previous_ = {};
  std::erase_if(pairs_, [this](const Pair& known) { return known.generation < generation_; });
}

Agent::Pair* Agent::Find(const MediaPath& path) {
  const auto pair =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const Pair& known) { return known.path == path; });
  return pair == pairs_.end() ? nullptr : &*pair;
}

std::optional<std::string> Agent::Ask(const MediaPath& path, MonotonicTime now) {
  Pair* const pair = Find(path);
  if (pair == nullptr || MayCarryMedia(*pair)) return std::nullopt;
  if (now - asks_since_ >= std::chrono::seconds(1)) {
    asks_since_ = now;
    asks_ = 0;
  }
  if (asks_ == limits::kIceAsks) return std::nullopt;
  ++asks_;
  const bool is_old = pair->generation != generation_;
  const IceCredentials& remote = is_old ? previous_remote_ : remote_;
  pair->transaction = RandomBytes(kStunTransactionBytes);
  IceCheck check;
  check.transaction = pair->transaction;
  check.to_ufrag = remote.ufrag;
  check.from_ufrag = is_old ? previous_.ufrag : own_.ufrag;
  check.priority = kUdpPriority;
  check.role = IceCheck::Role::kControlled;
  return IceCheckRequest(check, remote.password);
}

bool Agent::TakeAnswer(std::string_view datagram, const MediaPath& path) {
  Pair* const pair = Find(path);
  if (pair == nullptr || pair->transaction.empty()) return false;
  const IceCredentials& remote = pair->generation == generation_ ? remote_ : previous_remote_;
  const auto reply = ReadIceReply(datagram, pair->transaction, remote.password);
  if (!reply || !reply->success) return false;
  pair->transaction.clear();
  pair->proved = true;
  EndRestart();
  return true;
}

void Agent::Prove(const MediaPath& path) {
  if (Pair* const pair = Find(path)) pair->proved = true;
  EndRestart();
}

void Agent::StreamEnded(std::uint64_t stream) {
  std::erase_if(pairs_, [stream](const Pair& pair) { return pair.path.stream == stream; });
}

bool Agent::IsBetter(const Pair& a, const Pair& b, MonotonicTime now) const {
  const auto rank = [now](const Pair& pair) {
    const bool live = now - pair.checked <= limits::kIcePairLive;
    return std::tuple(pair.nominated && live, live, pair.priority);
  };
  return rank(a) > rank(b);
}

std::optional<MediaPath> Agent::Selected(MonotonicTime now) const {
  const Pair* best = nullptr;
  for (const Pair& pair : pairs_) {
    if (!MayCarryMedia(pair)) continue;
    if (best == nullptr || IsBetter(pair, *best, now)) best = &pair;
  }
  return best == nullptr ? std::nullopt : std::optional(best->path);
}

bool Agent::Knows(const MediaPath& path) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& pair) { return pair.path == path; });
}

bool Agent::IsLive(const MediaPath& path, MonotonicTime now) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
    return pair.path == path && now - pair.checked <= limits::kIcePairLive;
  });
}

MonotonicTime Agent::ConsentEnds() const {
  return last_check_ + limits::kIceConsent;
}

}  // namespace parley
