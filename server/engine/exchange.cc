#include "server/engine/exchange.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <memory>
#include <utility>

#include "server/dialect/encode.h"
#include "server/engine/peers_by_address.h"
#include "server/engine/rooms_made.h"

namespace parley {

namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
// Deduced without this by gcc, not yet by clang 14.
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

// What a proxy does not say the address of makes rooms without a limit: many may stand behind it.
HubOptions With(HubOptions options, bool proxy, Accounts& accounts) {
  options.guest_token = [&accounts](const Identity& guest, const Now& now) {
    return accounts.GuestToken(guest, now);
  };
  options.author_key = [&accounts](std::string_view identity) { return accounts.AuthorKey(identity); };
  options.may_make_room = [proxy, made = std::make_shared<RoomsMade>()](const std::string& address,
                                                                        const Now& now) {
    return (proxy && IsLoopback(address)) || made->MayMakeOne(address, now.monotonic);
  };
  return options;
}

}  // namespace

Exchange::Exchange(ExchangeOptions options, std::unique_ptr<MessageLog> log,
                   std::unique_ptr<Accounts> accounts, std::vector<RoomSettings> rooms)
    : options_(std::move(options)),
      by_address_(options_.peers_per_address),
      http_(HttpSettings{}),
      accounts_(std::move(accounts)),
      hub_(With(options_.hub, options_.proxy, *accounts_), std::move(rooms)),
      log_(std::move(log)) {
}

PeerIndex Exchange::Open(Arrival arrival, const Now& now) {
  PeerIndex index = 0;
  if (free_.empty()) {
    index = static_cast<PeerIndex>(peers_.size());
    peers_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  peers_[index] = std::make_unique<Peer>(std::move(arrival), options_.rate);
  Peer& peer = *peers_[index];
  ++peer_count_;
  if (stopped_) {  // a handshake that took until now
    Close(index, kStopped);
    CarryOut(now);
  } else if (peer.session.dialect() == Dialect::kUndecided) {
    peer.decide_by = now.monotonic + limits::kFirstBytes;
    undecided_.push_back(index);
    SetTimer(index);
  } else {
    Decide(index, peer.session.dialect(), now);
  }
  return index;
}

void Exchange::Receive(PeerIndex index, std::string_view bytes, const Now& now) {
  Peer& peer = *peers_[index];
  if (peer.closing()) return;
  peer.heard = now.monotonic;
  peer.pinged = false;
  if (Held(peer)) {
    peer.in.Append(bytes);
    MarkDirty(index);  // it may be enough
  } else {
    Process(index, bytes, now);
  }
}

void Exchange::End(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  MarkDirty(index);
  peer.session.End();
  if (peer.closing()) return;
  if (peer.login) accounts_->Finished(*peer.login);
  if (Held(peer)) {
    FinishIfEnded(index, now);
  } else if (peer.phase != Phase::kUndecided) {
    Process(index, {}, now);
  } else if (!peer.in.empty()) {
    DecideNow(index, now);  // what could have become something else can't any more
  } else {
    // A health check, a port scan: nobody who wants to listen.
    Close(index, "left");
    CarryOut(now);
  }
}

void Exchange::Lost(PeerIndex index, std::string_view reason, const Now& now) {
  Close(index, reason);
  peers_[index]->phase = Phase::kGone;
  CarryOut(now);
}

void Exchange::Release(PeerIndex index) {
  Peer& peer = *peers_[index];
  if (peer.ready) std::erase(ready_, index);
  if (peer.dirty) std::erase(dirty_, index);
  if (peer.forwarded) by_address_.Leave(peer.arrival.address);
  timers_.Cancel(index);
  peers_[index].reset();
  free_.push_back(index);
  --peer_count_;
}

// --- Bytes to requests ---

bool Exchange::Held(const Peer& peer) const {
  return peer.parked.has_value() || peer.resume_at.has_value() || peer.stalled;
}

// Whether the peer is to read before it is read again: half of its queue is full.
bool Exchange::Stalls(PeerIndex index) {
  Peer& peer = *peers_[index];
  if (peer.out.bytes() > options_.queue_bytes / 2 && peer.phase != Phase::kUndecided) {
    peer.stalled = true;
    MarkDirty(index);
  }
  return peer.stalled;
}

void Exchange::Process(PeerIndex index, std::string_view input, const Now& now) {
  Peer& peer = *peers_[index];
  // Straight from the loop's buffer where nothing waits; only an incomplete tail is copied.
  const bool queued = !peer.in.empty();
  if (queued) peer.in.Append(input);
  const std::string_view all = queued ? peer.in.view() : input;
  std::string_view rest = all;
  while (Step(index, rest, now)) {
  }
  if (queued) {
    peer.in.Consume(all.size() - rest.size());
  } else {
    peer.in.Append(rest);
  }
  if (peer.request_by && !peer.in.empty()) {
    // A head has begun: it has less time than the silence before it.
    peer.request_by = std::min(*peer.request_by, now.monotonic + limits::kHttpHead);
    SetTimer(index);
  }
  FinishIfEnded(index, now);
}

bool Exchange::Step(PeerIndex index, std::string_view& input, const Now& now) {
  Peer& peer = *peers_[index];
  if (peer.closing() || Held(peer) || Stalls(index)) return false;
  if (peer.session.dialect() == Dialect::kRaw && !input.empty() &&
      peer.pace.NextTime(PaceClass::kChat) > now.monotonic) {
    peer.resume_at = peer.pace.NextTime(PaceClass::kChat);
    SetTimer(index);
    MarkDirty(index);
    return false;
  }
  std::size_t consumed = 0;
  Session::Step step = peer.session.Next(input, consumed);
  const bool more = Take(index, step, now);
  input.remove_prefix(consumed);
  return more;
}

bool Exchange::Take(PeerIndex index, Session::Step& step, const Now& now) {
  const bool more = std::visit(Overloaded{
                                   [](Session::NeedMore&) { return false; },
                                   [&](Session::Decided& decided) {
                                     Decide(index, decided.dialect, now);
                                     return true;
                                   },
                                   [&](Session::Chunk& chunk) {
                                     TakeChunk(index, std::move(chunk), now);
                                     return true;
                                   },
                                   [&](Session::TooLate& late) {
                                     RefuseLate(index, late.dialect, now);
                                     return false;
                                   },
                                   [&](Session::Asked& asked) {
                                     TakeRequest(index, std::move(asked), now);
                                     return true;
                                   },
                                   [&](Session::Broken& broken) {
                                     Break(index, broken);
                                     return false;
                                   },
                                   [&](Session::Say& say) {
                                     Push(index, BlobRef::Copy(say.bytes));
                                     if (say.last) Close(index, "left");
                                     return true;
                                   },
                                   [&](HttpRequest& request) { return AnswerHttp(index, request, now); },
                                   [&](HttpBad& bad) {
                                     RefuseHttp(index, bad, now);
                                     return false;
                                   },
                               },
                               step);
  CarryOut(now);
  return more;
}

void Exchange::Decide(PeerIndex index, Dialect dialect, const Now& now) {
  Peer& peer = *peers_[index];
  peer.phase = Phase::kOpen;
  std::erase(undecided_, index);
  peer.decide_by.reset();
  OutQueue heard = std::exchange(peer.out, {});  // what the lobby said meanwhile
  if (dialect == Dialect::kForeign) {
    RefuseForeign(index);
  } else if (peer.arrival.refused || peer.arrival.crowded) {
    Refuse(index, dialect, now);
  } else if (dialect == Dialect::kHttp) {
    peer.request_by = now.monotonic + limits::kHttpHead;
  } else if (dialect == Dialect::kLines) {
    hub_.Connect(index, peer.arrival.address);
    peer.hello_by = now.monotonic + limits::kHello;
  } else {
    hub_.ConnectRaw(index, peer.arrival.address, now, outbox_);
    CarryOut(now);
    if (!peer.closing()) peer.out = std::move(heard);
  }
  CarryOut(now);
  MarkDirty(index);
  SetTimer(index);
}

// The first second is over, or nothing more will come.
void Exchange::DecideNow(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  Decide(index, peer.session.DecideNow(peer.in.view()), now);
  Process(index, {}, now);
}

void Exchange::TakeChunk(PeerIndex index, Session::Chunk chunk, const Now& now) {
  Peer& peer = *peers_[index];
  peer.pace.Take(PaceClass::kChat, std::max<std::size_t>(chunk.texts.size(), 1), now.monotonic);
  if (!chunk.replies.empty()) Push(index, BlobRef::Copy(chunk.replies));
  if (!chunk.bytes.empty()) hub_.HandleRaw(index, chunk.bytes, std::move(chunk.texts), now, outbox_);
}

void Exchange::TakeRequest(PeerIndex index, Session::Asked asked, const Now& now) {
  Peer& peer = *peers_[index];
  const auto* request = std::get_if<protocol::Request>(&asked.body);
  if (hub_.MustWait(index, request)) {
    peer.parked = std::move(asked);  // until the log is done
    MarkDirty(index);
    return;
  }
  const PaceClass pace_class = request == nullptr ? PaceClass::kOther : PaceClassOf(*request);
  if (!peer.pace.Take(pace_class, 1, now.monotonic)) {
    peer.resume_at = peer.pace.NextTime(pace_class);
    peer.parked = std::move(asked);
    SetTimer(index);
    MarkDirty(index);
    return;
  }
  Answer(index, std::move(asked), now);
}

void Exchange::Answer(PeerIndex index, Session::Asked asked, const Now& now) {
  if (auto* request = std::get_if<protocol::Request>(&asked.body)) {
    hub_.Handle(index, std::move(*request), asked.ref, now, outbox_);
    return;
  }
  auto& fault = std::get<protocol::Fault>(asked.body);
  const Member* member = hub_.Find(index);
  if (fault.code == ErrorCode::kUnknownType && (member == nullptr || !member->greeted())) {
    fault = {ErrorCode::kHelloRequired, "say hello first"};
  }
  outbox_.items.emplace_back(
      ToPeer{index, protocol::Error{fault.code, std::move(fault.text)}, std::move(asked.ref)});
}

// Once all that it sent is done: a raw peer goes on listening, everybody else is closed.
void Exchange::FinishIfEnded(PeerIndex index, const Now& now) {
  Peer& peer = *peers_[index];
  if (!peer.session.ended() || peer.closing() || hub_.IsWaiting(index)) return;
  if (peer.session.dialect() == Dialect::kRaw) {
    // One that reads too slowly to be heard has still said all.
    if (!peer.in.empty()) return;
    hub_.StopsSending(index, now, outbox_);
  } else {
    if (Held(peer)) return;
    Close(index, "left");
  }
  CarryOut(now);
}

bool Exchange::listens(PeerIndex index) const {
  const Member* member = hub_.Find(index);
  return member != nullptr && member->listens;
}

PeerIndex Exchange::OldestListener(std::optional<std::string_view> address) const {
  const auto found = std::ranges::find_if(hub_.listeners(), [&](PeerIndex index) {
    return !address || PeersByAddress::AreOne(peers_[index]->arrival.address, *address);
  });
  return found == hub_.listeners().end() ? kNoPeer : *found;
}

// --- What a connection is to do ---

bool Exchange::WantsRead(PeerIndex index) const {
  const Peer& peer = *peers_[index];
  if (peer.closing() || peer.session.ended()) return false;
  // While a login is checked, which may take its time, it must be seen that the peer goes.
  const bool login_alone = peer.login && !peer.resume_at && !peer.stalled;
  return !Held(peer) || (login_alone && peer.in.size() < limits::kReadBytes);
}

bool Exchange::Withheld(PeerIndex index) const {
  return peers_[index]->session.dialect() == Dialect::kUndecided;
}

void Exchange::Flushed(PeerIndex index, bool blocked, const Now& now) {
  Peer& peer = *peers_[index];
  // A response of HTTP is one file, whatever its size, and the server holds it anyway.
  const bool waits = blocked && peer.session.dialect() != Dialect::kHttp;
  peer.waiting = waits ? peer.out.bytes() : 0;
  if (peer.out.empty()) peer.upgrade = {};
  const bool too_slow = waits && peer.out.bytes() > options_.queue_bytes && !peer.closing();
  if (too_slow) GiveUpSlow(index);
  if (queue_memory() > options_.total_queue_bytes) ShortenQueues();
  if (!leaving_.empty()) CarryOut(now);
  if (peer.closing()) return;
  if (peer.stalled && peer.out.bytes() <= options_.queue_bytes / 4) {
    peer.stalled = false;
    SetReady(index);
  }
}

// What many wait for is held once; a part that somebody waits for holds what was written with it.
std::size_t Exchange::queue_memory() const {
  return BlobRef::TotalBytes() - std::min(BlobRef::TotalBytes(), http_.held_bytes());
}

// It is told in place of all that waits, after the line or frame that it got the beginning of.
void Exchange::GiveUpSlow(PeerIndex index) {
  Peer& peer = *peers_[index];
  // What is no WebSocket yet understands no frame.
  const bool upgrading = peer.upgrade && peer.out.Holds(peer.upgrade);
  const OutQueue::Front front = peer.out.front();
  peer.out.Truncate(upgrading ? 0 : LeftOfStarted(peer.session.dialect(), front.sent, front.unsent));
  if (!peer.closing() && !upgrading && peer.session.speaks_protocol()) {
    Fail(index, ErrorCode::kSlowConsumer, "you read too slowly: come back and resume");
  }
  Close(index, "lost");
  peer.waiting = 0;
}

// All queues together are too much: the longest go, until a quarter is free. So it is done seldom.
void Exchange::ShortenQueues() {
  std::vector<PeerIndex> longest;
  for (PeerIndex index = 0; index < peers_.size(); ++index) {
    if (peers_[index] != nullptr && peers_[index]->waiting > 0) longest.push_back(index);
  }
  std::ranges::sort(longest, std::greater{}, [this](PeerIndex index) { return peers_[index]->waiting; });
  for (const PeerIndex index : longest) {
    if (queue_memory() <= options_.total_queue_bytes / 4 * 3) return;
    GiveUpSlow(index);
  }
}

}  // namespace parley
