#include "server/engine/connections.h"

#include <utility>

namespace parley {

Connections::Connections(std::uint32_t rate, std::size_t peers_per_address)
    : rate_(rate), by_address_(peers_per_address) {
}

PeerIndex Connections::Add(Arrival arrival) {
  PeerIndex index = 0;
  if (free_.empty()) {
    index = static_cast<PeerIndex>(peers_.size());
    peers_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  peers_[index] = std::make_unique<Peer>(std::move(arrival), rate_);
  undecided_.push_back(index);
  ++size_;
  return index;
}

void Connections::Release(PeerIndex index) {
  const Peer& peer = *peers_[index];
  if (peer.ready) std::erase(ready_, index);
  if (peer.dirty) std::erase(dirty_, index);
  if (peer.forwarded) by_address_.Leave(peer.arrival.address);
  timers_.Cancel(index);
  peers_[index].reset();
  free_.push_back(index);
  --size_;
}

void Connections::Decided(PeerIndex index) {
  Peer& peer = *peers_[index];
  peer.phase = Phase::kOpen;
  peer.deadlines[Deadlines::kDecide].reset();
  std::erase(undecided_, index);
}

void Connections::Greeted(PeerIndex index) {
  peers_[index]->deadlines[Deadlines::kHello].reset();
  SetTimer(index);
}

void Connections::Close(PeerIndex index, std::string_view reason) {
  Peer& peer = *peers_[index];
  if (peer.closing()) return;
  const Phase before = std::exchange(peer.phase, Phase::kDraining);
  timers_.Cancel(index);
  if (before == Phase::kUndecided) {
    std::erase(undecided_, index);
    peer.out.Clear();  // would never be flushed
  }
  leaving_.push_back({index, std::string(reason)});
  MarkDirty(index);
}

void Connections::Drop(PeerIndex index, std::string_view reason) {
  Close(index, reason);
  peers_[index]->phase = Phase::kGone;
}

PeersByAddress::Place Connections::Forwarded(PeerIndex index, std::string address) {
  Peer& peer = *peers_[index];
  peer.arrival.address = std::move(address);
  const auto place = by_address_.Enter(peer.arrival.address);
  peer.forwarded = place != PeersByAddress::Place::kNone;
  return place;
}

std::vector<PeerIndex> Connections::TakeDirty() {
  for (const PeerIndex index : dirty_) {
    peers_[index]->dirty = false;
    peers_[index]->replies.Restart();
  }
  return std::exchange(dirty_, {});
}

void Connections::SetReady(PeerIndex index) {
  Peer& peer = *peers_[index];
  if (peer.closing() || std::exchange(peer.ready, true)) return;
  ready_.push_back(index);
}

std::vector<PeerIndex> Connections::TakeReady() {
  for (const PeerIndex index : ready_) peers_[index]->ready = false;
  return std::exchange(ready_, {});
}

void Connections::SetTimer(PeerIndex index) {
  const Peer& peer = *peers_[index];
  const auto next = peer.deadlines.Earliest();
  if (next && !peer.closing()) {
    timers_.Set(index, *next);
  } else {
    timers_.Cancel(index);
  }
}

std::optional<PeerIndex> Connections::PopDue(MonotonicTime now) {
  const auto key = timers_.PopDue(now);
  if (!key) return std::nullopt;
  return static_cast<PeerIndex>(*key);
}

}  // namespace parley
