#include "server/media/handshake_budget.h"

#include "common/base/media_limits.h"

namespace parley {

bool HandshakeBudget::Allow(std::uint64_t peer, const std::string& address, MonotonicTime now) {
  if (now - since_ >= std::chrono::seconds(1)) {
    since_ = now;
    all_ = 0;
    by_peer_.clear();
    by_address_.clear();
  }
  if (all_ >= limits::kMediaHandshakes) return false;
  std::size_t& of_peer = by_peer_[peer];
  if (of_peer >= limits::kMediaHandshakesPerPeer) return false;
  if (!address.empty()) {
    std::size_t& of_address = by_address_[address];
    if (of_address >= limits::kMediaHandshakesPerAddress) return false;
    ++of_address;
  }
  ++of_peer;
  ++all_;
  return true;
}

}  // namespace parley
