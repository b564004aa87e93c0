// The Exchange's time: what a peer waits for, and what is done when it comes.

#include <algorithm>
#include <utility>

#include "server/engine/exchange.h"

namespace parley {

void Exchange::SetTimer(PeerIndex index) {
  const Peer& peer = *peers_[index];
  std::optional<MonotonicTime> next;
  for (const auto& deadline :
       {peer.decide_by, peer.resume_at, peer.hello_by, peer.request_by, peer.silent_by}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  if (next && !peer.closing()) {
    timers_.Set(index, *next);
  } else {
    timers_.Cancel(index);
  }
}

void Exchange::SetReady(PeerIndex index) {
  Peer& peer = *peers_[index];
  if (peer.ready || peer.closing()) return;
  peer.ready = true;
  ready_.push_back(index);
}

void Exchange::Resume(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  if (peer.closing()) return;
  if (Stalls(index)) return FinishIfEnded(index, now);
  if (auto asked = std::exchange(peer.parked, std::nullopt)) {
    TakeRequest(index, std::move(*asked), now);
    CarryOut(now);
  }
  MarkDirty(index);
  Process(index, {}, now);
}

void Exchange::PassDeadlines(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  const auto due = [&](std::optional<MonotonicTime>& deadline) {
    if (!deadline || *deadline > now.monotonic) return false;
    deadline.reset();
    return true;
  };
  if (due(peer.decide_by)) DecideNow(index, now);
  if (due(peer.hello_by)) Fail(index, ErrorCode::kHelloRequired, "no hello within 30 seconds");
  if (due(peer.request_by)) {
    if (!peer.out.empty() && peer.out.bytes() != std::exchange(peer.unsent, peer.out.bytes())) {
      peer.request_by = now.monotonic + limits::kHttpKeepAlive;  // a slow line: it is still reading
    } else if (peer.in.empty()) {
      Close(index, "left");  // kept alive for nothing more
    } else {
      RefuseHttp(index, {408, "the request took too long"}, now);
    }
  }
  if (due(peer.silent_by)) WatchSilence(index, now);
  if (due(peer.resume_at)) Resume(index, now);
  CarryOut(now);
  SetTimer(index);
}

// Those that waited for something that is done.
void Exchange::ResumeReady(const Now& now) {
  for (const PeerIndex index : std::exchange(ready_, {})) {
    peers_[index]->ready = false;
    // One that waits for its pace goes on by its timer.
    if (!peers_[index]->resume_at) Resume(index, now);
  }
}

// What was not used for so long is forgotten: first the log is told what is in use.
void Exchange::LookAfterRooms(const Now& now) {
  if (!rooms_at_) rooms_at_ = now.monotonic + limits::kRoomUseSoon;
  if (now.monotonic < *rooms_at_) return;
  rooms_at_ = now.monotonic + limits::kRoomUsePeriod;
  const bool forgets = options_.forget_rooms.count() > 0;
  log_->Touch(hub_.UsedRooms(forgets, outbox_), now.wall);
  CarryOut(now);
  if (forgets) log_->Forget(now.wall - options_.forget_rooms);
}

void Exchange::Tick(const Now& now) {
  ResumeReady(now);
  LookAfterRooms(now);
  while (const auto key = timers_.PopDue(now.monotonic)) PassDeadlines(static_cast<PeerIndex>(*key), now);
  if (const auto due = hub_.NextDeadline(); due && *due <= now.monotonic) {
    hub_.Tick(now, outbox_);
    CarryOut(now);
  }
}

std::optional<MonotonicTime> Exchange::NextDeadline() const {
  std::optional<MonotonicTime> next;
  for (const auto& deadline : {timers_.Next(), hub_.NextDeadline(), accounts_->NextDeadline(), rooms_at_}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

}  // namespace parley
