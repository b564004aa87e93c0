// Connections owns the peers of a server: their numbers, their phases, their timers, and the lists of those
// that the turn has to look at. It knows neither bytes nor rooms. One thread.
//
// It has more than 25 functions because the phases, the lists and the timer of a peer change together.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/timers.h"
#include "server/engine/peer.h"
#include "server/engine/peers_by_address.h"
#include "server/model/origin.h"

namespace parley {

class Connections {
 public:
  // A peer that the hub is to forget, and what others are told.
  struct Leaving {
    PeerIndex peer;
    std::string reason;
  };

  // `rate`: chat a second a peer. `peers_per_address`: 0 is no limit.
  Connections(std::uint32_t rate, std::size_t peers_per_address);

  PeerIndex Add(Arrival arrival);
  // Forgets the peer. Its number may be used again.
  void Release(PeerIndex index);

  // `index` is of a peer that is there.
  Peer& operator[](PeerIndex index) { return *peers_[index]; }
  const Peer& operator[](PeerIndex index) const { return *peers_[index]; }
  [[nodiscard]] bool Has(PeerIndex index) const { return peers_[index] != nullptr; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // Calls visit(index, peer) for each.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (PeerIndex index = 0; index < peers_.size(); ++index) {
      if (peers_[index] != nullptr) visit(index, *peers_[index]);
    }
  }

  // --- Phases ---

  // What it speaks is known.
  void Decided(PeerIndex index);
  // Its hello was accepted.
  void Greeted(PeerIndex index);
  // The one way in which a peer ends, whatever the reason. Nothing more is queued for it.
  void Close(PeerIndex index, std::string_view reason);
  // Its queue is flushed, and our end is shut.
  void Linger(PeerIndex index) { peers_[index]->phase = Phase::kLingering; }
  // Closes it without sending what is queued.
  void Drop(PeerIndex index, std::string_view reason);
  // A proxy named the address that the peer is counted by.
  PeersByAddress::Place Forwarded(PeerIndex index, std::string address);

  // --- Lists; each peer is in one of them at most once ---

  // The queue or the state changed since the last TakeDirty.
  void MarkDirty(PeerIndex index) { MarkDirty(*peers_[index], index); }
  void MarkDirty(Peer& peer, PeerIndex index) {
    if (std::exchange(peer.dirty, true)) return;
    dirty_.push_back(index);
  }
  std::vector<PeerIndex> TakeDirty();
  // May go on with what waits.
  void SetReady(PeerIndex index);
  std::vector<PeerIndex> TakeReady();
  [[nodiscard]] bool any_ready() const { return !ready_.empty(); }
  // Hear the lobby meanwhile.
  [[nodiscard]] const std::vector<PeerIndex>& undecided() const { return undecided_; }
  // Closed, and the hub does not know it yet. To be emptied by the caller.
  [[nodiscard]] std::vector<Leaving>& leaving() { return leaving_; }

  // --- Time ---

  // Follows what changed in the peer's deadlines.
  void SetTimer(PeerIndex index);
  std::optional<PeerIndex> PopDue(MonotonicTime now);
  [[nodiscard]] std::optional<MonotonicTime> NextDeadline() const { return timers_.Next(); }

  // How many each address has. The Loop enters and leaves its connections; Forwarded adds those of a proxy.
  [[nodiscard]] PeersByAddress& by_address() { return by_address_; }

 private:
  std::uint32_t rate_;
  PeersByAddress by_address_;
  Timers timers_;  // by peer
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<PeerIndex> free_;
  std::size_t size_ = 0;
  std::vector<PeerIndex> dirty_;
  std::vector<PeerIndex> ready_;
  std::vector<PeerIndex> undecided_;
  std::vector<Leaving> leaving_;
};

}  // namespace parley
