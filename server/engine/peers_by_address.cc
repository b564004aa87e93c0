#include "server/engine/peers_by_address.h"

#include "common/base/limits.h"
#include "server/accounts/throttle.h"

namespace parley {

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

PeersByAddress::Place PeersByAddress::Enter(const std::string& address) {
  if (max_ == 0) return Place::kFree;
  std::size_t& count = counts_[GuesserOf(address)];
  if (count >= max_ + limits::kRefusalsPerAddress) return Place::kNone;
  return ++count > max_ ? Place::kRefused : Place::kFree;
}

bool PeersByAddress::IsFull(const std::string& address) const {
  if (max_ == 0) return false;
  const auto found = counts_.find(GuesserOf(address));
  return found != counts_.end() && found->second >= max_;
}

bool PeersByAddress::AreOne(std::string_view address, std::string_view other) {
  return GuesserOf(std::string(address)) == GuesserOf(std::string(other));
}

void PeersByAddress::Leave(const std::string& address) {
  if (max_ == 0) return;
  const auto found = counts_.find(GuesserOf(address));
  if (--found->second == 0) counts_.erase(found);
}

}  // namespace parley
