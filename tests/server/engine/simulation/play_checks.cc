// What is promised to all of a play together, at rest and in the end.

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "common/base/media_limits.h"
#include "tests/server/engine/simulation/play.h"
#include "tests/server/engine/simulation/require.h"

namespace parley::simulation {
// Nothing is under way: who reads has heard all there is, however slow others are.
void Play::CheckNobodyIsBehind() const {
  if (log_->holding()) return;
  std::set<std::string> readers;
  for (const Peer& peer : peers_) {
    const Line& line = peer.line;
    if (!peer.index || line.takes != kAll) continue;
    if (line.witness && !line.witness->wild()) {
      readers.insert(line.witness->id());
      for (const auto& [room, view] : line.witness->rooms()) {
        Require(view.last == ledger_.last(room), "who reads has all that was said", room);
      }
    }
    if (line.raw_witness && line.kind == Kind::kRaw && !line.refused && !ledger_.wild() &&
        !exchange_->Withheld(*peer.index)) {
      Require(line.raw_witness->heard_all(), "a raw peer that reads has all that was said");
    }
  }
  ledger_.CheckDelivered(readers);
}

// The connection ends, and with it what the peer hears of being host.
void Play::RememberHosts(Peer& peer) {
  const Line& line = peer.line;
  ledger_.ConnectionEnded();
  if (!line.witness) return;
  // What the server had ended before is lost since then, and nobody knows here when that was.
  const bool ended_before = exchange_->closing(*peer.index);
  if (line.witness->wild() || line.takes != kAll || ended_before || !exchange_->out(*peer.index).empty()) {
    return peer.memory.DoubtHosts();
  }
  for (const auto& [room, view] : line.witness->rooms()) {
    if (peer.memory.IsHost(room)) ledger_.HostLost(room, line.witness->name());
  }
  // A room in which nothing was said may be forgotten.
  if (std::ranges::any_of(line.witness->rooms(),
                          [this](const auto& room) { return ledger_.last(room.first) == 0; })) {
    peer.memory.DoubtHosts();
  }
}

// For a minute at most after a connection has ended, whosever it was.
void Play::CheckHosts() const {
  if (log_->holding() || ledger_.MayLackHost()) return;
  // Nor while the server has closed a connection whose other end does not know yet.
  const bool ending = std::ranges::any_of(
      peers_, [this](const Peer& peer) { return peer.index && exchange_->closing(*peer.index); });
  if (ending) return;
  for (const Peer& peer : peers_) {
    const Line& line = peer.line;
    if (!peer.index || line.takes != kAll || !line.witness || line.witness->wild()) continue;
    for (const auto& [room, view] : line.witness->rooms()) {
      Require(room == "lobby" || Witness::HasHost(view), "a room in which somebody is has a host", room);
    }
  }
}

// All that sit in one room know the same about it.
void Play::CheckAgreement() const {
  std::map<std::string, Witness::View> rooms;
  for (const Peer& peer : peers_) {
    if (!peer.index || !peer.line.witness || peer.line.witness->wild()) continue;
    for (const auto& [room, view] : peer.line.witness->rooms()) {
      const auto [found, first] = rooms.try_emplace(room, view);
      Require(first || found->second == view, "all who are in a room see the same of it", room);
    }
  }
}

// Nothing is held back any more: all have heard of every change, and know the same messages.
void Play::CheckStates() {
  for (Peer& peer : peers_) {
    if (!peer.index || !peer.line.witness || peer.line.witness->wild()) continue;
    for (const auto& [room, view] : peer.line.witness->rooms()) {
      Require(ledger_.states().ChangedBetween(room, view.rev, ~protocol::Revision{0}).empty(),
              "who is in a room hears of every change", room);
      peer.memory.replica(room).Check(ledger_.states(), room, ledger_.FirstKept(view.last));
    }
  }
}

// Who is listed in a room believes to be there.
void Play::CheckMembership() const {
  if (ledger_.wild()) return;
  std::map<std::string, std::set<std::string>> present;
  std::map<std::string, std::size_t> listed;
  std::size_t raw = 0;
  for (const Peer& peer : peers_) {
    if (!peer.index) continue;
    if (peer.line.kind == Kind::kRaw && !exchange_->Withheld(*peer.index) &&
        !exchange_->listens(*peer.index)) {
      ++raw;
    }
    if (!peer.line.witness) continue;
    for (const auto& [room, view] : peer.line.witness->rooms()) {
      present[room].insert(peer.line.witness->id());
      listed[room] = view.members.size();
    }
  }
  for (const auto& [room, people] : present) {
    Require(listed[room] == people.size() + (room == "lobby" ? raw : 0), "who is listed is there", room);
  }
}

void Play::LetEverybodyRead() {
  for (Peer& peer : peers_) {
    peer.line.takes = kAll;
    if (peer.index) FlushTo(peer);
  }
}

// Until nothing is held back for its pace.
void Play::WaitForPace() {
  for (int i = 0;; ++i) {
    Settle();
    const bool waiting = std::ranges::any_of(peers_, [this](const Peer& peer) {
      if (!peer.index || exchange_->closing(*peer.index)) return false;
      if (peer.line.ended) return !exchange_->listens(*peer.index);  // it is closed once all is answered
      return !exchange_->WantsRead(*peer.index);
    });
    if (!waiting) return;
    Require(i < 5'000, "nobody is held for ever");
    now_.monotonic += std::chrono::milliseconds(500);
  }
}

// The media engine forgets everybody, once connections are lost for long enough.
void Play::CheckCallsEnd() {
  for (Peer& peer : peers_) {
    if (peer.index) Close(peer, "lost");
  }
  now_.monotonic += limits::kMediaWithoutSignaling;
  Settle();
  Require(sfu_->empty(), "who is gone is in no call");
}

void Play::Finish() {
  log_->Recover();
  accounts_.Let();
  LetEverybodyRead();
  WaitForPace();
  for (int pages = 0;; ++pages) {
    bool behind = false;
    for (Peer& peer : peers_) {
      if (!peer.index || !peer.line.witness || !Speaks(peer) || !Behind(peer)) continue;
      behind = true;
      PageOn(peer);
    }
    if (!behind) break;
    Require(pages < 100, "one who comes back can page on to the newest message");
    WaitForPace();
  }
  for (const Peer& peer : peers_) {
    if (!peer.index || !peer.line.witness || peer.line.witness->wild()) continue;
    Require(peer.line.witness->answered(), "every request gets its reply");
  }
  now_.monotonic += limits::kChangesHeld;
  Settle();
  CheckAgreement();
  CheckStates();
  CheckMembership();
  if (peers_.size() % 2 == 0) CheckCallsEnd();  // the others end with the server
  now_.monotonic += limits::kUploadKept;
  now_.wall += limits::kUploadKept;
  Settle();
  StopServer(true);
  CheckFiles(true);
  for (const Peer& peer : peers_) Require(!peer.index, "a shutdown closes everybody");
}

}  // namespace parley::simulation
